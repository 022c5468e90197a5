/** A model as text of an address and back: its dimensions. */
import type { Model } from "../../core/index.ts";
import { packed, unpacked } from "./link-text.ts";
import { modelShape } from "./model-shape.ts";

export function linkText(model: Model): Promise<string> {
  return packed(model);
}

/** Refuses what is no model. */
export function linkedModel(text: string): Promise<Model> {
  return unpacked(text, modelShape, "a model in the address, whole");
}
