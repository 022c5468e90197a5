/** Layers that several families share. */
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
