/** Which kind a named model is: one of tokens, or a network of whole batches. */
import type { Model } from "../../core/index.ts";
import type { Parts } from "./messages.ts";
import { kindNamed } from "./models.ts";

export async function* kindAnswer({ name }: { readonly name: string }): Parts<Model["kind"]> {
  yield kindNamed(name);
}
