/**
 * Blocks of latent diffusion.
 *
 * Source: Rombach et al. (arXiv 2112.10752), appendix E.2
 */
import { product } from "../network-size.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export type { Sketch, Tensor };

/** Two convolutions of each frame, each after a group norm, the time added between; `time` 0 is no time. */
export function timeBlock(
  s: Sketch,
  x: Tensor,
  block: { readonly to: number; readonly time: number; readonly scales?: boolean },
): Tensor {
  const { to, time, scales = false } = block;
  const kernel = x.size.length === 3 ? [1, 3, 3] : 3;
  const plain = { to, kernel, norm: false, act: false } as const;
  const y = s.conv(s.activate(s.norm(x)), plain);
  if (time > 0) {
    s.dense({ channels: time, size: [] }, { to: scales ? 2 * to : to });
    s.scale(y, { channels: to, size: [] });
  }
  const z = s.conv(s.activate(s.norm(y)), plain);
  return s.sum(z, x.channels === to ? x : s.conv(x, { ...plain, kernel: 1 }));
}

/** One head over all places, as autoencoders have in their middle. */
export function wholeAttention(s: Sketch, x: Tensor): Tensor {
  const { channels: to } = x;
  const flat = { channels: to, size: [product(x.size)] };
  s.dense(s.norm(flat), { to: 3 * to });
  s.attend({ queries: product(x.size), keys: product(x.size), heads: 1, headDim: to });
  s.sum(s.dense(flat, { to }), flat);
  return x;
}
