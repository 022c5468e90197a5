import { InputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";

/** What `ask` gives; null and a note where a file is refused that is looked at unasked. */
export async function unlessRefused<T>(
  what: string,
  shell: Pick<Shell, "note">,
  ask: () => Promise<T | null>,
): Promise<T | null> {
  return ask().catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    shell.note(`${what}: ${error.message}\n`);
    return null;
  });
}
