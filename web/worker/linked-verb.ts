/** The model that an address brings. */
import type { Model } from "../../core/index.ts";
import { linkedModel } from "./link-model.ts";
import type { Parts } from "./messages.ts";

export async function* linkedAnswer({ text }: { readonly text: string }): Parts<Model> {
  yield await linkedModel(text);
}
