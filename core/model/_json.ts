/** JSON text as a value, or a refusal. */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";

/** `text` parsed; a promise, because a rejected one is how a thrown error becomes a value here. */
export function parsedJson(
  text: string,
  path: readonly (string | number)[],
): Promise<Result<unknown>> {
  return Promise.resolve(text)
    .then(JSON.parse)
    .then(ok, (error: unknown) =>
      refuse(path, "JSON", error instanceof Error ? error.message : text),
    );
}
