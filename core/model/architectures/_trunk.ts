/** The part of a network that others build on: an image in, the tensors of all stages out, finest first. */
import type { Sketch, Tensor } from "./_sketch.ts";

export type Trunk = (s: Sketch, image: Tensor) => readonly Tensor[];
