/** `tenlane serve` and `tenlane web`: one server, until it is stopped. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { Answer } from "../answer.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";
import { isLoopback } from "./guard.ts";
import { running } from "./server.ts";

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly workers: number;
  readonly waiting: number;
  readonly timeLimit: number;
}

const PORT = 8471;
const PORT_MAX = 65_535;
/** Enough for some hundred who ask at once. */
const WAITING = 512;
const SECONDS = 120;
const TRANSFER_SECONDS = 30;

export function addServeOptions(command: Command): Command {
  return command
    .option("--port <n>", "0 for any that is free", portFlag, PORT)
    .option("--host <address>", "0.0.0.0 lets other machines ask", "127.0.0.1")
    .option(
      "--workers <n>",
      "questions computed at a time, each in a thread",
      countFlag("--workers"),
      availableParallelism(),
    )
    .option("--waiting <n>", "questions that may wait", countFlag("--waiting", 0), WAITING)
    .option(
      "--time-limit <time>",
      "that one question may compute",
      quantityFlag("--time-limit", "time"),
      SECONDS,
    );
}

function portFlag(text: string): number {
  const port = countFlag("--port", 0)(text);
  if (port <= PORT_MAX) return port;
  throw inputError("--port", `at most ${PORT_MAX}`, text);
}

/** Serves until the shell is interrupted; `opened` is told the address. */
export async function serving(
  { port, host, workers: threads, waiting: waitingMax, timeLimit: seconds }: ServeOptions,
  shell: Shell,
  opened: (address: string) => void,
): Promise<Answer> {
  const { note } = shell;
  const limits = { threads, waitingMax, seconds, transferSeconds: TRANSFER_SECONDS };
  const { address, desk, close } = await running({ host, port, note, ...limits });
  note(`serving at ${address}, the API described at ${address}openapi.json; Ctrl-C stops\n`);
  if (!isLoopback(host))
    note("others can reach it: anybody may ask, nobody is asked who they are\n");
  opened(address);
  await stopped(shell.interruption());
  await close();
  const { answered } = desk.state();
  return {
    json: { kind: "serve", address, answered },
    text: () => `${answered} questions answered\n`,
  };
}

/** Settles once the shell is interrupted. */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
