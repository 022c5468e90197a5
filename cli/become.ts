/**
 * This process as another, smaller program: for what runs for months and computes next to nothing.
 *
 * Without the tree of commands and without compilers of hot code, `watch` holds 57 MB, 43 of them Node's own text that
 * processes share, and its heap does not grow; with both, 77 MB after 3,000 samples.
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const FLAGS = [
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--max-semi-space-size=1",
  "--expose-gc",
];

/**
 * Goes on as `script`, which gets `input` as JSON; number, streams and whoever waits for the process stay.
 *
 * Returns where this Node (before 22.15 or 23.11) or system cannot do it.
 */
export function become(script: URL, input: unknown): void {
  const { env, execArgv, execPath } = process;
  if (!CAN_BECOME) return;
  const args = [...execArgv, ...FLAGS, fileURLToPath(script), JSON.stringify(input)];
  process.execve?.(execPath, [execPath, ...args], env);
}

const CAN_BECOME = process.execve !== undefined && process.platform !== "win32";

/**
 * This process from here on with the flags of the smaller program, where it cannot become one.
 *
 * Before the tree of commands is loaded 54 MB, else 58.
 */
export function beLean(): void {
  if (CAN_BECOME) return;
  for (const flag of FLAGS) setFlagsFromString(flag);
  globalThis.gc = runInNewContext("gc");
}
