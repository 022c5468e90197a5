/** What a command hands to the shell, and what it declares about itself. */
import type { Command } from "commander";
import type { ZodType } from "zod";
import type { Shell } from "./shell.ts";
import { fitted } from "./wrapped.ts";

/** One answer, for programs and for people. */
export interface Answer {
  readonly json: unknown;
  readonly text: (shell: Shell) => string;
  /** The text is for another program: its lines stay as they are. */
  readonly isVerbatim?: true;
}

export function answerText(answer: Answer, isJson: boolean, shell: Shell): string {
  if (isJson) return `${JSON.stringify(answer.json, null, 2)}\n`;
  const text = answer.text(shell);
  return answer.isVerbatim === true ? text : fitted(text, shell.columns);
}

export type Show = (answer: Answer) => void;

/** A command's own file: its arguments, its options, and what it does with them. */
export interface CommandModule {
  /** Command lines for `--help`; each runs in the tests. */
  readonly examples: readonly string[];
  /** Adds arguments, options and the action, which gives its answer to `show`. */
  readonly declare: (command: Command, shell: Shell, show: Show) => void;
}

/** What is known of a command before its file is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
  /** Of what `--json` prints; absent where there is nothing but text. */
  readonly schema?: () => Promise<ZodType>;
}
