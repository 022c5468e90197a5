/** Runs a part in its process and hears what it tells. */
import { fork } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Errand } from "./child.ts";
import type { Asked, PartName, Told } from "./part.ts";

const CHILD = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./child.ts" : "../lanes/child.js", import.meta.url),
);
/** Beyond its budget: loading libraries, packing weights, and waiting for a processor where many others do. */
const GRACE = { factor: 20, seconds: 60 };

/** Ends when the part does, however that is; a crash or a limit is told as a note. */
export async function runPart(
  part: PartName,
  asked: Asked,
  hear: (told: Told) => void,
  stop: AbortSignal,
): Promise<void> {
  // Foreign code leaves files where temporary ones belong.
  const folder = mkdtempSync(join(tmpdir(), "tenlane-"));
  await ranIn(folder, part, { asked, hear, stop });
  await rm(folder, { recursive: true, force: true });
}

interface Errands {
  readonly asked: Asked;
  readonly hear: (told: Told) => void;
  readonly stop: AbortSignal;
}

function ranIn(folder: string, part: PartName, { asked, hear, stop }: Errands): Promise<void> {
  const limit = Math.ceil((GRACE.factor * asked.budget + GRACE.seconds) * 1000);
  const child = fork(CHILD, {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    timeout: limit,
    killSignal: "SIGKILL",
    env: { ...process.env, TMPDIR: folder },
  });
  const kill = () => void child.kill("SIGKILL");
  stop.addEventListener("abort", kill, { once: true });
  let isEnded = false;
  let said = "";
  child.stderr?.on(
    "data",
    (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-SAID_MOST)),
  );
  child.on("message", (told: Told) => {
    if (told.kind === "end") isEnded = true;
    else hear(told);
  });
  child.send({ part, asked, folder } satisfies Errand);
  return new Promise((resolve) => {
    child.on("error", (error) => (said ||= error.message));
    child.on("close", (code, signal) => {
      stop.removeEventListener("abort", kill);
      if (!isEnded && !stop.aborted)
        hear({ kind: "note", text: crashText(part, { code, signal, said }) });
      resolve();
    });
  });
}

const SAID_MOST = 2000;

function crashText(
  part: PartName,
  {
    code,
    signal,
    said,
  }: { readonly code: number | null; readonly signal: string | null; readonly said: string },
): string {
  const cause =
    said
      .split("\n")
      .find((line) => /error/iu.test(line))
      ?.trim() ?? "";
  const end = signal === null ? `with ${code}` : `by ${signal}`;
  return `${part}: the process ended ${end}${cause === "" ? "" : `: ${cause}`}; lanes measured before stand`;
}
