/** A bug or a failure of the outside, as text. */
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

/** What an error says; of anything else that was thrown, its text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function failureText(error: unknown, shell: Shell, isVerbose: boolean): string {
  const text = isVerbose && error instanceof Error ? error.stack : messageOf(error);
  const advice = isVerbose ? "" : "  run again with --verbose for the stack\n";
  return `${paint(shell, "red", "failure:")} ${text}\n${advice}`;
}
