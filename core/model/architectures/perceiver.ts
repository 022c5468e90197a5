/**
 * Perceiver IO: a few latent vectors read a long input once, look at each other in layers whose weights are used again
 * in each block, and are read by as many queries as there are outputs.
 *
 * Source: Jaegle et al. (arXiv 2107.14795), section 3 and appendix; huggingface/transformers
 * models/perceiver/modeling_perceiver.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const perceiver: Architecture = architecture(
  z.strictObject({
    family: z.literal("perceiver"),
    latents: count,
    hidden: count,
    /** Layers of a block, and how often the block runs. */
    layers: count,
    blocks: count,
    heads: count,
    /** Channels of the input as it is read: pixels, their filters and where they are. */
    width: count,
    /** Channels of each place that are learnt, not computed. */
    places: z.int().nonnegative().default(0),
    /** Channels that pixels are filtered to before, over 7 × 7 at a quarter of the size, or 1 × 1 at the whole. */
    filters: z
      .strictObject({ to: count, kernel: z.union([z.literal(1), z.literal(7)]) })
      .optional(),
    /** Queries of the output, and their channels. */
    queries: count,
    queryWidth: count,
    classes: count,
    image: imageSize,
  }),
  (s, f) => {
    const { hidden, latents } = f;
    let x = s.input("image", { channels: 3, size: f.image });
    if (f.filters?.kernel === 7) {
      x = s.pool(s.conv(x, { to: f.filters.to, kernel: 7, stride: 2 }), { kernel: 3, stride: 2 });
    } else if (f.filters !== undefined) {
      x = s.conv(x, { to: f.filters.to, kernel: 1, norm: false, act: false });
    }
    const read = { channels: f.width, size: [product(x.size)] };
    const values = product(x.size) * f.width;
    const table = f.places * product(x.size) + latents * hidden;
    s.elementwise("places", { read: values, written: values, flops: 0, joins: true }, table);
    const own = { channels: hidden, size: [latents] };
    layer(s, own, { from: read, heads: 1, inner: f.width });
    const block = (): void => {
      for (let index = 0; index < f.layers; index++) {
        layer(s, own, { from: own, heads: f.heads, inner: hidden });
      }
    };
    block();
    for (let index = 1; index < f.blocks; index++) s.again(block);
    const asked = { channels: f.queryWidth, size: [f.queries] };
    s.dense(layer(s, asked, { from: own, heads: 1, inner: hidden }), { to: f.classes });
  },
);

/** Attention of `x` to another sequence with `inner` channels of keys and of values, then a perceptron as wide as `x`. */
function layer(
  s: Sketch,
  x: Tensor,
  { from, heads, inner }: { readonly from: Tensor; readonly heads: number; readonly inner: number },
): Tensor {
  const { channels: to } = x;
  s.dense(s.norm(x), { to: inner });
  s.dense(from === x ? x : s.norm(from), { to: 2 * inner });
  const [queries, keys] = [product(x.size), product(from.size)];
  s.attend({ queries, keys, heads, headDim: inner / heads });
  const y = s.sum(s.dense({ ...x, channels: inner }, { to }), x);
  return s.sum(s.dense(s.dense(s.norm(y), { to, act: true }), { to }), y);
}
