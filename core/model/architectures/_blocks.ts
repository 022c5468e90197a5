/** Layers that several families share. */
import { assert } from "../../assert.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

/**
 * Squeeze-and-excitation: two small dense layers on the mean, one factor a channel.
 *
 * Source: Hu et al. (arXiv 1709.01507), figure 2
 */
export function squeezeExcite(
  s: Sketch,
  x: Tensor,
  options: { readonly to: number; readonly bias?: boolean },
): Tensor {
  const bias = options.bias ?? true;
  const squeezed = s.dense(s.globalPool(x), { to: options.to, act: true, bias });
  return s.scale(x, s.activate(s.dense(squeezed, { to: x.channels, bias })));
}

/** Channels rounded to a multiple, never down by more than a tenth (MobileNet v2, `_make_divisible`). */
export function divisible(channels: number, by = 8): number {
  const rounded = Math.max(by, Math.floor(channels / by + 0.5) * by);
  return rounded < 0.9 * channels ? rounded + by : rounded;
}

/** A depthwise 3×3 and a 1×1, each with norm and activation (MobileNet v1). */
export function separableConv(
  s: Sketch,
  x: Tensor,
  options: { readonly to: number; readonly stride?: number },
): Tensor {
  const { to, stride = 1 } = options;
  return s.conv(s.depthwise(x, { kernel: 3, stride }), { to, kernel: 1 });
}

/** One of a trunk's features; negative indexes count from the coarsest. */
export function featureAt(features: readonly Tensor[], index: number): Tensor {
  const feature = features.at(index);
  assert(feature !== undefined, `${features.length} features, none at ${index}`);
  return feature;
}

/** Draws the same layers on each of several tensors; their parameters count once. */
export function shared(s: Sketch, tensors: readonly Tensor[], draw: (x: Tensor) => void): void {
  for (const [index, tensor] of tensors.entries()) {
    if (index === 0) draw(tensor);
    else s.again(() => draw(tensor));
  }
}
