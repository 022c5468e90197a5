/** What the watch touches of a machine: files of the kernel, programs of vendors, clocks. */
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";

export interface Machine {
  /** Text of a file below the root, or null where it cannot be read. */
  readonly read: (path: string) => string | null;
  readonly list: (path: string) => readonly string[];
  /** Bytes in all and free to all of the file system at a path; null where there is none. */
  readonly space: (path: string) => { readonly size: number; readonly free: number } | null;
  /** What a program prints, or null where it is missing, fails or takes too long. */
  readonly run: (program: string, args: readonly string[]) => Promise<string | null>;
  /** Wall clock, ms, and a clock that never steps, s. */
  readonly now: () => { readonly at: number; readonly elapsed: number };
}

/** A vendor's program that hangs must not stop the watch: a GPU that fell off the bus makes them hang. */
const PATIENCE = 10_000;
const OUTPUT_MAX = 4 * 2 ** 20;
/** A program that was missing is looked for again after this many seconds. */
const RETRY_AFTER = 60;

/** This machine, with `/sys` and `/proc` looked for below `root`. */
export function ownMachine(root = "/"): Machine {
  const missing = new Map<string, number>();
  const now = () => ({ at: Date.now(), elapsed: performance.now() / 1000 });
  return {
    read: (path) => {
      try {
        return readFileSync(join(root, path), "utf8");
      } catch {
        return null;
      }
    },
    list: (path) => {
      try {
        return readdirSync(join(root, path)).toSorted();
      } catch {
        return [];
      }
    },
    space: (path) => {
      try {
        const { bsize, blocks, bavail } = statfsSync(join(root, path));
        return { size: bsize * blocks, free: bsize * bavail };
      } catch {
        return null;
      }
    },
    run: async (program, args) => {
      const since = missing.get(program);
      if (since !== undefined && now().elapsed - since < RETRY_AFTER) return null;
      const answer = await output(program, args);
      if (answer === undefined) missing.set(program, now().elapsed);
      return answer ?? null;
    },
    now,
  };
}

/** Undefined where there is no such program. */
function output(program: string, args: readonly string[]): Promise<string | null | undefined> {
  return new Promise((resolve) => {
    const limits = { timeout: PATIENCE, maxBuffer: OUTPUT_MAX };
    execFile(program, [...args], limits, (error, stdout) => {
      if (error === null) return resolve(stdout);
      return resolve(error.code === "ENOENT" ? undefined : null);
    });
  });
}
