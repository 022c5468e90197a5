/**
 * The U-Net of latent diffusion: residual blocks and transformers that look at the text, down and up
 * again. One node list is one evaluation; an image takes as many as its sampler has steps, twice over
 * with classifier-free guidance.
 *
 * Source: Rombach et al. (arXiv 2112.10752), table 13; Podell et al. (arXiv 2307.01952), table 1;
 * Stability-AI/generative-models configs/inference/sd_xl_base.yaml and
 * sgm/modules/diffusionmodules/openaimodel.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { timeBlock, type Tensor, type Sketch } from "./_diffusion-blocks.ts";

const figures = z.strictObject({
  family: z.literal("diffusion-unet"),
  /** Channels of the first level, and each level's multiple of them. */
  width: count,
  multiples: z.array(count).min(1),
  blocks: count.default(2),
  /** Transformer layers after each block of a level, and in the middle; 0 is none. */
  depths: z.array(z.int().nonnegative()).min(1),
  middleDepth: count,
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
  let x = s.input("latent", { channels: f.channels, size: f.latent });
  embeddings(s, f);
  x = convolved(s, x, f.width);
  const skips = [x];
  f.multiples.forEach((multiple, level) => {
    if (level > 0) {
      x = convolved(s, x, x.channels, 2);
      skips.push(x);
    }
    for (let block = 0; block < f.blocks; block++) {
      x = stage(s, x, { f, to: multiple * f.width, depth: f.depths[level] ?? 0 });
      skips.push(x);
    }
  });
  x = stage(s, x, { f, to: x.channels, depth: f.middleDepth });
  x = timeBlock(s, x, { to: x.channels, time: 4 * f.width });
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
      x = stage(s, joined, { f, to: multiple * f.width, depth: f.depths[level] ?? 0 });
    }
    const finer = skips.at(-1);
    if (level > 0 && finer !== undefined) x = convolved(s, s.resize(x, finer.size), x.channels);
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
  return s.conv(x, { to, kernel: 3, stride, norm: false, act: false });
}

function stage(
  s: Sketch,
  x: Tensor,
  place: { readonly f: Figures; readonly to: number; readonly depth: number },
): Tensor {
  const { f, to, depth } = place;
  const y = timeBlock(s, x, { to, time: 4 * f.width });
  if (depth === 0) return y;
  const flat = { channels: to, size: [product(y.size)] };
  s.dense(s.norm(flat), { to });
  for (let layer = 0; layer < depth; layer++) crossLayer(s, flat, f);
  s.sum(s.dense(flat, { to }), y);
  return y;
}

/** Self-attention, attention to the text, and a gated perceptron four times as wide. */
function crossLayer(s: Sketch, x: Tensor, f: Figures): void {
  const to = x.channels;
  const tokens = product(x.size);
  const heads = f.heads ?? to / (f.headDim ?? to);
  const text = { channels: f.context, size: [f.contextTokens] };
  for (const source of [x, text]) {
    s.dense(s.norm(x), { to, bias: false });
    s.dense(source, { to: 2 * to, bias: false });
    s.attend({ queries: tokens, keys: product(source.size), heads, headDim: to / heads });
    s.sum(s.dense(x, { to }), x);
  }
  s.dense(s.norm(x), { to: 8 * to });
  const gated = { channels: 4 * to, size: x.size };
  s.scale(gated, gated);
  s.sum(s.dense(gated, { to }), x);
}
