/**
 * Diffusion transformers whose image or video tokens read the text beside them: PixArt, Hunyuan-DiT, Wan, Sana (across),
 * and CogVideoX (text and video as one sequence). One node list is one evaluation.
 *
 * Source: Chen et al. (arXiv 2310.00426), figure 4; Li et al. (arXiv 2405.08748), figure 7; Wan-Video/Wan2.1
 * wan/modules/model.py; zai-org/CogVideo, transformer of the diffusers port; Xie et al. (arXiv 2410.10629), section 3
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("cross-transformer"),
  layers: count,
  hidden: count,
  heads: count,
  inner: count,
  /** Width of the text as its encoder writes it, and how many tokens of it. */
  context: count,
  contextTokens: count,
  /** Width of a head of the image's attention where that is linear, a sum over places instead of scores; 0 is softmax. */
  linear: z.int().nonnegative().default(0),
  /** The perceptron is gated and filters each channel over its neighbours (3 × 3) between its two products. */
  filtered: z.boolean().default(false),
  /** Image tokens attend across to the text, or text and image attend together in one sequence. */
  text: z.enum(["across", "together"]),
  /** The second half of the layers takes in what the first half wrote. */
  skips: z.boolean().default(false),
  /** Vectors of `hidden` that each layer makes of the time: shifts, scales and gates; 0 where all layers share one. */
  modulated: z.int().nonnegative(),
  /** Width of the time that they are made of. */
  time: count,
  /** Latent channels, and frames, rows and columns of patches of them. */
  channels: count,
  patch: count,
  latent: z.array(count).min(2),
});
type Figures = z.output<typeof figures>;

export const crossTransformer: Architecture = architecture(figures, (s, f) => {
  const { hidden, channels, patch } = f;
  const latent = s.input("latent", { channels: channels * patch, size: f.latent });
  const words = s.dense({ channels: f.context, size: [f.contextTokens] }, { to: hidden });
  const image = s.dense({ ...latent, size: [product(f.latent)] }, { to: hidden });
  s.dense(s.dense({ channels: 256, size: [] }, { to: f.time, act: true }), { to: f.time });
  if (f.modulated === 0) s.dense({ channels: f.time, size: [] }, { to: 6 * hidden });
  const isJoined = f.text === "together";
  const places = product(image.size) + (isJoined ? f.contextTokens : 0);
  let x: Tensor = { channels: hidden, size: [places] };
  for (let layer = 0; layer < f.layers; layer++) {
    if (f.skips && 2 * layer >= f.layers)
      x = s.dense({ ...x, channels: 2 * hidden }, { to: hidden });
    x = block(s, x, { f, words });
  }
  s.dense(s.norm(image, 0), { to: channels * patch });
});

function block(
  s: Sketch,
  x: Tensor,
  { f, words }: { readonly f: Figures; readonly words: Tensor },
): Tensor {
  const { hidden, heads } = f;
  const shape = { heads, headDim: hidden / heads };
  const places = product(x.size);
  if (f.modulated > 0) s.dense({ channels: f.time, size: [] }, { to: f.modulated * hidden });
  s.dense(s.scale(s.norm(x, 0), x), { to: 3 * hidden });
  if (f.linear > 0) attendLinearly(s, x, f.linear);
  else s.attend({ queries: places, keys: places, ...shape });
  let y = s.sum(s.scale(s.dense(x, { to: hidden }), x), x);
  if (f.text === "across") {
    s.dense(y, { to: hidden });
    s.dense(words, { to: 2 * hidden });
    s.attend({ queries: places, keys: f.contextTokens, ...shape });
    y = s.sum(s.dense(y, { to: hidden }), y);
  }
  const modulated = s.scale(s.norm(y, 0), y);
  const wide = f.filtered
    ? gatedFilter(s, modulated, f)
    : s.dense(modulated, { to: f.inner, act: true });
  return s.sum(s.scale(s.dense(wide, { to: hidden }), y), y);
}

/** Keys times values summed over all places, with a row that normalises, and queries times that sum. */
function attendLinearly(s: Sketch, { channels, size }: Tensor, headDim: number): void {
  const places = product(size);
  const each = { kind: "matmul", batch: channels / headDim, constant: false } as const;
  s.activate({ channels: 2 * channels, size });
  s.add(`keys · values of ${places}`, { ...each, m: headDim + 1, n: headDim, k: places });
  s.add(`queries · sum, ${places}`, { ...each, m: places, n: headDim + 1, k: headDim });
}

function gatedFilter(s: Sketch, x: Tensor, { inner, latent }: Figures): Tensor {
  const wide = s.dense(x, { to: 2 * inner, act: true });
  s.depthwise({ ...wide, size: latent }, { kernel: 3, norm: false, act: false });
  const gate = { channels: inner, size: x.size };
  return s.scale(s.activate(gate), gate);
}
