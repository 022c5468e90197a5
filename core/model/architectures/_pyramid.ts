/**
 * Feature pyramid: coarse features carried down to fine ones.
 *
 * Source: Lin et al. (arXiv 1612.03144), figure 3; pytorch/vision torchvision/ops/feature_pyramid_network.py
 */
import type { Sketch, Tensor } from "./_sketch.ts";

/** Features of one width, finest first. Convolutions have biases and neither norm nor activation. */
export function pyramid(s: Sketch, features: readonly Tensor[], width: number): readonly Tensor[] {
  const plain = { to: width, norm: false, act: false } as const;
  let above: Tensor | undefined;
  const merged = features.toReversed().map((feature) => {
    const lateral = s.conv(feature, { ...plain, kernel: 1 });
    above = above === undefined ? lateral : s.sum(lateral, s.resize(above, feature.size));
    return s.conv(above, { ...plain, kernel: 3 });
  });
  return merged.toReversed();
}
