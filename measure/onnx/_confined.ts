/**
 * A job in child processes under limits of time and memory: whatever happens to them becomes an outcome.
 *
 * The job and its answers travel through a folder that is gone afterwards: the parent removes it, and a child whose
 * parent died. Children have a process group of their own, so that Ctrl-C in a terminal reaches the parent first.
 */
import { fork, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Outcome } from "../../core/optimise/index.ts";
import { answerFile, JOB_FILE } from "./_job.ts";

export interface Limits {
  /** Seconds until a child is ended. */
  readonly time: number;
  /** Resident bytes at which a child is ended, where the system has /proc. */
  readonly bytes: number;
  /** Ends all children. */
  readonly stop: AbortSignal | undefined;
}

export interface Confined {
  readonly script: URL;
  readonly job: unknown;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly children: number;
}

/** Answers of all children, in their order; each wrote an {@link Outcome}. */
export async function confined<T>(
  { script, job, files, children }: Confined,
  limits: Limits,
): Promise<readonly Outcome<T>[]> {
  const folder = await mkdtemp(join(tmpdir(), "tenlane-"));
  try {
    await writeFile(join(folder, JOB_FILE), serialize(job));
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    const started = Array.from({ length: children }, (_, index) =>
      fork(script, [folder, String(index)], {
        execArgv: [],
        detached: true,
        // ONNX Runtime leaves files where temporary ones belong.
        env: { ...process.env, TMPDIR: folder },
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      }),
    );
    startTogether(started);
    return await Promise.all(
      started.map((child, index) => ended<T>(child, join(folder, answerFile(index)), limits)),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says "go" to all once each is ready or gone. */
function startTogether(children: readonly ChildProcess[]): void {
  const waiting = new Set(children);
  for (const child of children) {
    const arrive = () => {
      if (!waiting.delete(child) || waiting.size > 0) return;
      for (const each of children) if (each.connected) each.send("go");
    };
    child.once("message", arrive);
    child.once("exit", arrive);
  }
}

const WATCH_MILLISECONDS = 50;
/** Of what a child said last. */
const WORDS_MAX = 2000;

async function ended<T>(child: ChildProcess, answer: string, limits: Limits): Promise<Outcome<T>> {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-WORDS_MAX);
  });
  let cause: Failure | null = null;
  const end = (reason: Failure["reason"], message: string) => {
    cause ??= { kind: "failed", reason, message };
    child.kill("SIGKILL");
  };
  const stop = () => end("error", "interrupted");
  const late = () => end("timeout", `no answer after ${limits.time} s`);
  const clock = setTimeout(late, limits.time * 1000);
  const watch = setInterval(() => {
    const resident = residentBytes(child.pid);
    if (resident > limits.bytes) {
      end("memory", `${megabytes(resident)} resident, limit ${megabytes(limits.bytes)}`);
    }
  }, WATCH_MILLISECONDS);
  if (limits.stop?.aborted === true) stop();
  limits.stop?.addEventListener("abort", stop);
  const exit = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  clearTimeout(clock);
  clearInterval(watch);
  limits.stop?.removeEventListener("abort", stop);
  if (cause !== null) return cause;
  const written = await readFile(answer).catch(() => null);
  if (written !== null) return deserialize(written);
  return { kind: "failed", reason: "crashed", message: `${exit}\n${words}`.trim() };
}

type Failure = Extract<Outcome<never>, { readonly kind: "failed" }>;

/** Source: proc_pid_status(5), VmRSS in kB; 0 where it cannot be read. */
function residentBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
