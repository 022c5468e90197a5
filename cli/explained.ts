/** Why plans are limited where they are and what would change the best, as `--explain` prints both. */
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

/** A sentence a plan, then a sentence a change; nothing where no changes were asked for. */
export function explained(
  shell: Shell,
  limits: readonly string[],
  changes: readonly string[] | null,
): readonly string[] {
  if (changes === null) return [];
  const under = (title: string, sentences: readonly string[]) => [
    paint(shell, "bold", title),
    "",
    ...sentences.map((sentence) => wrapped(sentence, shell.columns)),
    "",
  ];
  return [
    ...under("Why each is limited where it is", limits),
    ...under("What would change the best", changes),
  ];
}
