/** The layers of a model: how many there are, and whether any is of a kind. */
import type { Mixer, Model, Stack } from "./model.ts";

/** Layers of stacks. */
export function layerCount(stacks: readonly Stack[]): number {
  return stacks.flatMap(({ layers }) => layers).reduce((sum, { count }) => sum + count, 0);
}

/** Whether any layer routes its tokens to experts. */
export function hasExperts(model: Model): boolean {
  const stacks = model.kind === "network" ? [] : model.stacks;
  return stacks.some(({ layers }) =>
    layers.some(({ layer }) => layer.feedForward?.kind === "experts"),
  );
}

/** Whether any layer of a stack mixes its tokens in one of these ways. */
export function hasMixer({ layers }: Stack, ...kinds: readonly Mixer["kind"][]): boolean {
  return layers.some(({ layer }) => layer.mixers.some(({ kind }) => kinds.includes(kind)));
}

/** Whether a stack attends to the output of another: an encoder reads the input for it. */
export function attendsAcross({ layers }: Stack): boolean {
  return layers.some(({ layer }) =>
    layer.mixers.some((mixer) => mixer.kind === "attention" && mixer.cross),
  );
}
