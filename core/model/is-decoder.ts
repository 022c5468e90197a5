import type { Model } from "./model.ts";

/** Whether the model writes: its last stack decodes. Networks and encoders only read. */
export function isDecoder(model: Model): boolean {
  return model.kind === "transformer" && model.stacks.at(-1)?.role === "decoder";
}
