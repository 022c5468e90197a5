/** What a command may touch of the process: its streams, its environment, its folder. */
import process from "node:process";
import { become } from "./become.ts";
import { interruption } from "./interruption.ts";

export interface Shell {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly note: (text: string) => void;
  /** Width of a line of output. */
  readonly columns: number;
  readonly isColoured: boolean;
  /** A person watches standard error. */
  readonly isWatched: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** A date, 2026-11-29: ages of prices are told where it is. */
  readonly today?: string;
  /** Where a question came from elsewhere: all that it may read, by name. No file of this machine is in its reach. */
  readonly documents?: ReadonlyMap<string, unknown>;
  /** Hears what share of the work is done. */
  readonly reached?: (share: number) => void;
  /** From now on Ctrl-C ends work tidily, by this signal; a second one ends the program. */
  readonly interruption: () => AbortSignal;
  /** Goes on as a smaller program where it can, else returns; absent where this process is not ours alone. */
  readonly become?: (script: URL, input: unknown) => void;
}

/** Lines of output that goes to no terminal are this wide, so that files do not depend on a window. */
const COLUMNS_DEFAULT = 100;

/** The shell of this process. */
export function ownShell(): Shell {
  const { stdout, stderr, env } = process;
  closeQuietly(stdout);
  closeQuietly(stderr);
  return {
    print: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    columns: columnsOf(env, stdout.isTTY ? stdout.columns : 0),
    isColoured: isColoured(env, stdout.isTTY),
    isWatched: stderr.isTTY,
    environment: env,
    folder: process.cwd(),
    today: new Date().toISOString().slice(0, 10),
    interruption,
    become,
  };
}

/** Fewer would leave no room for a word beside a number. */
export const COLUMNS_MIN = 20;

/** COLUMNS where it is exported, which no shell does of itself; else what the terminal has. */
export function columnsOf(
  { COLUMNS: wished = "" }: Readonly<Record<string, string | undefined>>,
  terminal: number,
): number {
  const columns = /^\d{1,4}$/u.test(wished) ? Number(wished) : terminal;
  return columns === 0 ? COLUMNS_DEFAULT : Math.max(COLUMNS_MIN, columns);
}

/**
 * Whether to colour: never with NO_COLOR, always with FORCE_COLOR, else on a terminal.
 *
 * Source: https://no-color.org; https://force-color.org
 */
export function isColoured(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const { NO_COLOR: never = "", FORCE_COLOR: always = "", TERM: terminal } = environment;
  if (never !== "") return false;
  if (always !== "") return always !== "0";
  return isTerminal && terminal !== "dumb";
}

/** A reader that has seen enough (`tenlane ... | head`) is no failure. */
function closeQuietly(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
