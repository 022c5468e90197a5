/** A bug or a failure of the outside, as text. */
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

export function failureText(error: unknown, shell: Shell, isVerbose: boolean): string {
  const text = error instanceof Error ? (isVerbose ? error.stack : error.message) : String(error);
  const advice = isVerbose ? "" : "  run again with --verbose for the stack\n";
  return `${paint(shell, "red", "failure:")} ${text}\n${advice}`;
}
