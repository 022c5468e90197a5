/**
 * Transformer-XL: a decoder whose layers also attend to what they wrote of the segment before, at relative places.
 *
 * Keys and values of the memory are computed again for each segment; its own queries are too, and thrown away. Words
 * are many, so their table and the scores are in clusters: scores of the first stand for all, since most words are in it.
 *
 * Source: Dai et al. (arXiv 1901.02860), section 3; NVIDIA/DeepLearningExamples
 * PyTorch/LanguageModeling/Transformer-XL/pytorch/mem_transformer.py
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("recurrent-transformer"),
  layers: count,
  hidden: count,
  heads: count,
  inner: count,
  /** Words of each cluster, the most frequent first; each has a table that is `narrower` times as wide as the one before. */
  clusters: z.array(count).min(1),
  narrower: z.number().min(1),
  /** Words of a segment, and of the memory before it. */
  tokens: count,
  memory: z.int().nonnegative(),
});
type Figures = z.output<typeof figures>;

export const recurrentTransformer: Architecture = architecture(figures, (s, f) => {
  const { hidden, tokens, clusters, narrower } = f;
  const ids = s.input("words", { channels: 1, size: [tokens] });
  for (const [index, rows] of clusters.entries()) {
    const width = Math.round(hidden / narrower ** index);
    const lookups = index === 0 ? tokens : 0;
    s.gather({ rows, width, lookups });
    if (narrower > 1) s.dense({ channels: width, size: [] }, { to: hidden, bias: false });
  }
  let x: Tensor = { channels: hidden, size: ids.size };
  for (let layer = 0; layer < f.layers; layer++) x = segmentLayer(s, x, f);
  s.again(() => s.dense(x, { to: (clusters[0] ?? 0) + clusters.length - 1 }));
});

function segmentLayer(
  s: Sketch,
  x: Tensor,
  { hidden, heads, inner, tokens, memory }: Figures,
): Tensor {
  const keys = tokens + memory;
  const headDim = hidden / heads;
  s.dense({ channels: hidden, size: [keys] }, { to: 3 * hidden, bias: false });
  s.dense({ channels: hidden, size: [] }, { to: hidden, bias: false });
  attendApart(s, { tokens, keys, heads, headDim });
  const y = s.norm(s.sum(s.dense(x, { to: hidden, bias: false }), x));
  return s.norm(s.sum(s.dense(s.dense(y, { to: inner, act: true }), { to: hidden }), y));
}

interface Attention {
  readonly tokens: number;
  readonly keys: number;
  readonly heads: number;
  readonly headDim: number;
}

/** Values read and written a score by shift, sum, scale, mask (in FP32) and softmax, each a pass of its own. */
const PASSES = { read: 8, written: 7 };

/** No fused kernel shifts scores by place: products of words and of places are written, and summed in passes. */
function attendApart(s: Sketch, { tokens, keys, heads, headDim }: Attention): void {
  const rows = { m: tokens, batch: heads, constant: false } as const;
  const one = { kind: "matmul", ...rows, n: keys, k: headDim } as const;
  s.add(`scores of words, ${tokens} over ${keys}`, one);
  s.add(`scores of places, ${tokens} over ${keys}`, one);
  const scores = heads * tokens * keys;
  const moved = { read: PASSES.read * scores, written: PASSES.written * scores };
  s.elementwise("passes over scores", { ...moved, flops: 5 * scores }, 2 * heads * headDim);
  s.add(`values of ${keys}`, { kind: "matmul", ...rows, n: headDim, k: keys });
}
