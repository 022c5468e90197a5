/** How a question ended. */
import { CommanderError } from "commander";
import { messageOf } from "../failure.ts";
import { program } from "../program.ts";
import { InputError } from "../input-error.ts";
import type { Errand } from "./question.ts";
import { strangersShell } from "./strangers-shell.ts";

export type Outcome =
  | { readonly kind: "answer"; readonly text: string }
  | {
      readonly kind: "refused";
      /** As the command line names it: a flag, or what stood there. */
      readonly input: string;
      readonly path: readonly (string | number)[];
      readonly expected: string;
      readonly got: string;
    }
  | { readonly kind: "failed"; readonly reason: string }
  /** All threads are at work, and enough questions wait. */
  | { readonly kind: "busy"; readonly seconds: number }
  | { readonly kind: "late"; readonly seconds: number }
  /** Whoever asked has left. */
  | { readonly kind: "left" };

/** Runs a command line in memory. */
export async function outcomeOf(
  { args, documents }: Errand,
  reached: (share: number) => void,
): Promise<Outcome> {
  let text = "";
  const shell = strangersShell({
    documents: new Map(Object.entries(documents)),
    print: (part) => void (text += part),
    reached,
  });
  return program(shell, ({ name }) => name === args[0])
    .then((root) => root.parseAsync(args, { from: "user" }))
    .then((): Outcome => ({ kind: "answer", text }))
    .catch(endOf);
}

function endOf(error: unknown): Outcome {
  if (error instanceof InputError) {
    const { input, reason } = error;
    return { kind: "refused", input, ...reason };
  }
  const reason = messageOf(error);
  if (error instanceof CommanderError) {
    return { kind: "refused", input: "", path: [], expected: "options that fit", got: reason };
  }
  return { kind: "failed", reason };
}
