/**
 * Diffusion transformers over image and text tokens together: Stable Diffusion 3 and Flux. One node list is one evaluation.
 *
 * Joint blocks keep weights of their own for text and image and attend to both; single blocks treat
 * both alike and run attention and perceptron side by side. The time modulates every block.
 *
 * Source: Esser et al. (arXiv 2403.03206), figure 2; black-forest-labs/flux src/flux/model.py and
 * src/flux/modules/layers.py; Stability-AI/sd3-ref mmdit.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("image-transformer"),
  hidden: count,
  heads: count,
  joint: count,
  single: z.int().nonnegative(),
  /** Side of the table of places that a checkpoint holds; 0 where places are computed. */
  places: z.int().nonnegative().default(0),
  /** First joint blocks in which the image attends to itself once more (Stable Diffusion 3.5 medium). */
  twice: z.int().nonnegative().default(0),
  /** The last joint block does not write the text (Stable Diffusion 3). */
  lastTextless: z.boolean(),
  queryKeyNorm: z.boolean(),
  /** Latent channels and the side of a patch of them. */
  channels: count,
  patch: count,
  context: count,
  contextTokens: count,
  /** Width of pooled text, added to the time, and whether a guidance scale is too. */
  pooled: count,
  guidance: z.boolean(),
  latent: imageSize,
});
type Figures = z.output<typeof figures>;

export const imageTransformer: Architecture = architecture(figures, (s, f) => {
  const { hidden, channels, patch } = f;
  const latent = s.input("latent", { channels, size: f.latent });
  const places = product(latent.size) / patch ** 2;
  const patches = { channels: channels * patch ** 2, size: [places] };
  const image = s.dense(patches, { to: hidden });
  const text = s.dense({ channels: f.context, size: [f.contextTokens] }, { to: hidden });
  s.elementwise("positions", pass(image), hidden * f.places ** 2);
  for (const width of f.guidance ? [256, 256, f.pooled] : [256, f.pooled]) {
    s.dense(s.dense({ channels: width, size: [] }, { to: hidden, act: true }), { to: hidden });
  }
  for (let block = 1; block <= f.joint; block++) {
    jointBlock(s, [image, text], { f, textless: f.lastTextless && block === f.joint });
    if (block <= f.twice) secondAttention(s, image, f);
  }
  const both = { channels: hidden, size: [places + f.contextTokens] };
  for (let block = 0; block < f.single; block++) singleBlock(s, both, f);
  modulation(s, hidden, 2);
  s.dense(s.norm(image, 0), { to: patches.channels });
});

/** Shift, scale and gate from the time, `parts` vectors of them. */
function modulation(s: Sketch, hidden: number, parts: number): void {
  s.dense({ channels: hidden, size: [] }, { to: parts * hidden });
}

function jointBlock(
  s: Sketch,
  streams: readonly [image: Tensor, text: Tensor],
  { f, textless }: { readonly f: Figures; readonly textless: boolean },
): void {
  const { hidden, heads } = f;
  const tokens = streams.reduce((total, { size }) => total + product(size), 0);
  const headDim = hidden / heads;
  for (const [index, x] of streams.entries()) {
    const last = textless && index === 1;
    modulation(s, hidden, last ? 2 : 6);
    s.dense(s.norm(x, 0), { to: 3 * hidden });
    if (f.queryKeyNorm) s.elementwise("query and key norm", pass(x, 2), 2 * headDim);
  }
  s.attend({ queries: tokens, keys: tokens, heads, headDim });
  for (const [index, x] of streams.entries()) {
    if (textless && index === 1) continue;
    s.sum(s.dense(x, { to: hidden }), x);
    s.sum(s.dense(s.dense(s.norm(x, 0), { to: 4 * hidden, act: true }), { to: hidden }), x);
  }
}

function secondAttention(s: Sketch, image: Tensor, { hidden, heads, queryKeyNorm }: Figures): void {
  const headDim = hidden / heads;
  const tokens = product(image.size);
  modulation(s, hidden, 3);
  s.dense(image, { to: 3 * hidden });
  if (queryKeyNorm) s.elementwise("query and key norm", pass(image, 2), 2 * headDim);
  s.attend({ queries: tokens, keys: tokens, heads, headDim });
  s.sum(s.dense(image, { to: hidden }), image);
}

function singleBlock(s: Sketch, x: Tensor, f: Figures): void {
  const { hidden, heads } = f;
  const headDim = hidden / heads;
  const tokens = product(x.size);
  modulation(s, hidden, 3);
  s.activate(s.dense(s.norm(x, 0), { to: 7 * hidden }));
  s.elementwise("query and key norm", pass(x, 2), 2 * headDim);
  s.attend({ queries: tokens, keys: tokens, heads, headDim });
  s.sum(s.dense({ channels: 5 * hidden, size: x.size }, { to: hidden }), x);
}

function pass(
  x: Tensor,
  times = 1,
): { readonly read: number; readonly written: number; readonly flops: number } {
  const count = times * x.channels * product(x.size);
  return { read: count, written: count, flops: 5 * count };
}
