import type { Model } from "./model.ts";

/** Whether any layer routes its tokens to experts. */
export function hasExperts(model: Model): boolean {
  const stacks = model.kind === "network" ? [] : model.stacks;
  return stacks.some(({ layers }) =>
    layers.some(({ layer }) => layer.feedForward?.kind === "experts"),
  );
}
