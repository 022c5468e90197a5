/** A shell for tests: keeps what is printed. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli, type ExitStatus } from "./run-cli.ts";
import type { Shell } from "./shell.ts";

export interface Outcome {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in memory; `given` replaces parts of a plain shell of 100 columns. */
export async function ran(args: readonly string[], given: Partial<Shell> = {}): Promise<Outcome> {
  const lines = { out: "", err: "" };
  const status = await runCli(args, {
    print: (text) => void (lines.out += text),
    note: (text) => void (lines.err += text),
    columns: 100,
    isColoured: false,
    isWatched: false,
    environment: {},
    folder: process.cwd(),
    interruption: () => new AbortController().signal,
    ...given,
  });
  return { status, ...lines };
}

/** A new empty folder. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "tenlane-"));
}
