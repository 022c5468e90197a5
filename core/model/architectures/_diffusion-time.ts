/**
 * Layers of a video's U-Net over time: convolutions along frames, then attention of each place over its frames.
 *
 * Source: Blattmann et al. (arXiv 2311.15127), appendix D; Guo et al. (arXiv 2307.04725), section 4.2; diffusers
 * models/resnet.py (TemporalConvLayer) and models/transformers/transformer_temporal.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { count } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export interface Temporal {
  readonly frames: number;
  /** Convolutions over three frames after each residual block. */
  readonly convolutions: number;
  /** Attentions and perceptrons of a layer over frames. */
  readonly attentions: number;
  readonly perceptrons: number;
  /** A layer over frames after each block, or only where images attend too. */
  readonly everywhere: boolean;
  /** The time is added among convolutions, and a perceptron places frames where a layer would else be projected. */
  readonly placed: boolean;
}

export const temporal: z.ZodType<Temporal> = z.strictObject({
  frames: count,
  convolutions: z.int().nonnegative(),
  attentions: count,
  perceptrons: count,
  everywhere: z.boolean().default(false),
  placed: z.boolean().default(false),
});

export function filterFrames(s: Sketch, x: Tensor, t: Temporal, time: number): void {
  const { channels: to } = x;
  if (t.convolutions === 0) return;
  if (t.placed) s.dense({ channels: time, size: [] }, { to });
  for (let index = 0; index < t.convolutions; index++) {
    s.conv(s.activate(s.norm(x)), { to, kernel: [3, 1, 1], norm: false, act: false });
  }
  s.sum(x, x);
}

export function attendFrames(s: Sketch, x: Tensor, t: Temporal, heads: number): void {
  const { channels: to } = x;
  const flat = { channels: to, size: [product(x.size)] };
  const frames = { queries: t.frames, keys: t.frames, windows: product(x.size) / t.frames };
  const inside = t.placed ? { channels: to, size: [t.frames] } : s.norm(flat);
  s.dense(inside, { to: t.placed ? 4 * to : to });
  for (let index = 0; index < t.attentions; index++) {
    s.dense(s.norm(flat), { to: 3 * to, bias: false });
    s.attend({ ...frames, heads, headDim: to / heads });
    s.sum(s.dense(flat, { to }), flat);
  }
  for (let index = 0; index < t.perceptrons; index++) {
    s.dense(s.norm(flat), { to: 8 * to });
    const gated = { channels: 4 * to, size: flat.size };
    s.sum(s.dense(s.scale(gated, gated), { to }), flat);
  }
  s.dense(t.placed ? { channels: 4 * to, size: [t.frames] } : flat, { to });
  s.sum(flat, flat);
}
