/**
 * The U-Net of latent diffusion: residual blocks and transformers that look at the text, down and up
 * again. One node list is one evaluation; an image takes as many as its sampler has steps, twice over
 * with classifier-free guidance. A video's frames are images of one batch, with layers over time between.
 *
 * Source: Rombach et al. (arXiv 2112.10752), table 13; Podell et al. (arXiv 2307.01952), table 1;
 * Stability-AI/generative-models configs/inference/sd_xl_base.yaml and
 * sgm/modules/diffusionmodules/openaimodel.py; Blattmann et al. (arXiv 2311.15127), appendix D; diffusers
 * models/unets/unet_3d_condition.py, unet_motion_model.py and unet_2d_blocks.py (blocks of Kandinsky 2.2)
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { timeBlock, type Tensor, type Sketch } from "./_diffusion-blocks.ts";
import { attendFrames, filterFrames, temporal } from "./_diffusion-time.ts";

const figures = z.strictObject({
  family: z.literal("diffusion-unet"),
  /** Channels of the first level, and each level's multiple of them. */
  width: count,
  multiples: z.array(count).min(1),
  blocks: count.default(2),
  /** Transformer layers after each block of a level, and in the middle; 0 is none. */
  depths: z.array(z.int().nonnegative()).min(1),
  /** Absent is no middle. */
  middleDepth: z.int().nonnegative().optional(),
  /** Layers after each block of a level on the way up, where they are other than on the way down. */
  upDepths: z.array(z.array(z.int().nonnegative())).optional(),
  /** One attention a layer, over places and text together, and no perceptron after it. */
  joined: z.boolean().default(false),
  /** Sizes change in residual blocks of their own, not in single convolutions. */
  resampled: z.boolean().default(false),
  /** The time scales and shifts what a block computes, and is not only added to it. */
  scales: z.boolean().default(false),
  temporal: temporal.optional(),
  /** One of the two. */
  heads: count.optional(),
  headDim: count.optional(),
  /** Width and number of the text's tokens. */
  context: count,
  contextTokens: count.default(77),
  /** Width of a further condition, added to the time (SDXL: pooled text and image sizes). */
  condition: z.int().nonnegative().default(0),
  channels: count.default(4),
  channelsOut: count.default(4),
  latent: imageSize,
});
type Figures = z.output<typeof figures>;

export const diffusionUnet: Architecture = architecture(figures, (s, f) => {
  const size = f.temporal === undefined ? f.latent : [f.temporal.frames, ...f.latent];
  let x = s.input("latent", { channels: f.channels, size });
  embeddings(s, f);
  x = convolved(s, x, f.width);
  const skips = [x];
  f.multiples.forEach((multiple, level) => {
    if (level > 0) {
      x = f.resampled ? resized(s, halved(x), f) : convolved(s, x, x.channels, 2);
      skips.push(x);
    }
    for (let block = 0; block < f.blocks; block++) {
      x = stage(s, x, { f, to: multiple * f.width, depth: f.depths[level] ?? 0 });
      skips.push(x);
    }
  });
  if (f.middleDepth !== undefined) {
    x = stage(s, x, { f, to: x.channels, depth: f.middleDepth });
    x = block(s, x, x.channels, f);
  }
  x = upward(s, x, { f, skips });
  convolved(s, s.activate(s.norm(x)), f.channelsOut);
});

function upward(
  s: Sketch,
  middle: Tensor,
  { f, skips }: { readonly f: Figures; readonly skips: Tensor[] },
): Tensor {
  let x = middle;
  for (const [level, multiple] of [...f.multiples.entries()].toReversed()) {
    for (let block = 0; block <= f.blocks; block++) {
      const skip = skips.pop();
      const joined = skip === undefined ? x : s.concat([x, skip]);
      const depth = f.upDepths?.[level]?.[block] ?? f.depths[level] ?? 0;
      x = stage(s, joined, { f, to: multiple * f.width, depth });
    }
    const finer = skips.at(-1);
    if (level === 0 || finer === undefined) continue;
    const larger = s.resize(x, finer.size);
    x = f.resampled ? resized(s, larger, f) : convolved(s, larger, x.channels);
  }
  return x;
}

function embeddings(s: Sketch, f: Figures): void {
  const to = 4 * f.width;
  const inputs = f.condition > 0 ? [f.width, f.condition] : [f.width];
  for (const channels of inputs) {
    s.dense(s.dense({ channels, size: [] }, { to, act: true }), { to });
  }
}

function convolved(s: Sketch, x: Tensor, to: number, stride = 1): Tensor {
  const plane =
    x.size.length === 3
      ? { kernel: [1, 3, 3], stride: [1, stride, stride] }
      : { kernel: 3, stride };
  return s.conv(x, { to, ...plane, norm: false, act: false });
}

function halved({ channels, size }: Tensor): Tensor {
  return { channels, size: size.map((extent) => Math.ceil(extent / 2)) };
}

function resized(s: Sketch, x: Tensor, f: Figures): Tensor {
  return block(s, x, x.channels, f);
}

function block(s: Sketch, x: Tensor, to: number, { width, scales, temporal: t }: Figures): Tensor {
  const y = timeBlock(s, x, { to, time: 4 * width, scales });
  if (t !== undefined) filterFrames(s, y, t, 4 * width);
  return y;
}

function stage(
  s: Sketch,
  x: Tensor,
  place: { readonly f: Figures; readonly to: number; readonly depth: number },
): Tensor {
  const { f, to, depth } = place;
  const y = block(s, x, to, f);
  const frames = f.temporal?.frames ?? 1;
  const flat = { channels: to, size: [product(y.size)] };
  if (depth > 0 && f.joined) joinedLayer(s, flat, f);
  else if (depth > 0) {
    s.dense(s.norm(flat), { to });
    for (let layer = 0; layer < depth; layer++) crossLayer(s, flat, f, frames);
    s.sum(s.dense(flat, { to }), y);
  }
  if (f.temporal !== undefined && (depth > 0 || f.temporal.everywhere)) {
    attendFrames(s, y, f.temporal, headsOf(f, to));
  }
  return y;
}

function headsOf({ heads, headDim }: Figures, to: number): number {
  return heads ?? to / (headDim ?? to);
}

function joinedLayer(s: Sketch, x: Tensor, f: Figures): void {
  const [to, queries] = [x.channels, product(x.size)];
  const heads = headsOf(f, to);
  s.dense(s.norm(x), { to: 3 * to });
  s.dense({ channels: f.context, size: [f.contextTokens] }, { to: 2 * to });
  s.attend({ queries, keys: queries + f.contextTokens, heads, headDim: to / heads });
  s.sum(s.dense(x, { to }), x);
}

/** Self-attention, attention to the text, and a gated perceptron four times as wide. */
function crossLayer(s: Sketch, x: Tensor, f: Figures, frames: number): void {
  const to = x.channels;
  const tokens = product(x.size) / frames;
  const heads = headsOf(f, to);
  const text = { channels: f.context, size: [f.contextTokens] };
  for (const source of [x, text]) {
    s.dense(s.norm(x), { to, bias: false });
    s.dense(source, { to: 2 * to, bias: false });
    const keys = source === x ? tokens : f.contextTokens;
    s.attend({ queries: tokens, keys, heads, headDim: to / heads, windows: frames });
    s.sum(s.dense(x, { to }), x);
  }
  s.dense(s.norm(x), { to: 8 * to });
  const gated = { channels: 4 * to, size: x.size };
  s.scale(gated, gated);
  s.sum(s.dense(gated, { to }), x);
}
