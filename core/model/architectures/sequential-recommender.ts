/**
 * HSTU: what a visitor did, item by item, as a sequence that candidates attend to and never each other.
 * Layers gate pointwise attention in place of softmax and of a feed-forward; what the sequence says of a
 * candidate meets a tower of its own embeddings in one product, which is scored. The visitor's own place,
 * one among thousands, is left out of the layers.
 *
 * Source: Zhai et al. (arXiv 2402.17152), section 3; mlcommons/inference recommendation/dlrm_v3/
 * generative_recommenders/modules: dlrm_hstu.py, stu.py, preprocessors.py, positional_encoder.py
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("sequential-recommender"),
  /** Rows of the tables. */
  items: count,
  categories: count,
  users: count,
  places: count,
  times: count,
  /** Kinds of action, and the width of what stands for one. */
  actions: z.tuple([count, count]),
  /** Of the tables and of the sequence. */
  hidden: count,
  /** Of the perceptrons that bring items, categories and actions into the sequence. */
  inner: count,
  layers: count,
  heads: count,
  headDim: count,
  /** Of the candidates' tower and of the scores. */
  tower: count,
  /** Values that say the hour and the day. */
  clock: count,
  candidates: count,
  /** Items of the history. */
  tokens: count,
});
type Figures = z.output<typeof figures>;

export const sequentialRecommender: Architecture = architecture(figures, (s, f) => {
  const { hidden, tower, candidates, actions } = f;
  const size = s.input("items", { channels: 1, size: [f.tokens + candidates] }).size;
  const [lookups = 0] = size;
  const looked = (rows: number): Tensor => s.gather({ rows, width: hidden, lookups });
  const [kinds, width] = actions;
  // A candidate's row of actions stands for all kinds at once.
  s.gather({ rows: 2 * kinds, width, lookups: kinds * lookups });
  const parts = [looked(f.items), looked(f.categories), { channels: kinds * width, size }];
  for (const part of parts) s.norm(perceptron(s, part, [f.inner, hidden]));
  s.dense(s.gather({ rows: f.users, width: hidden, lookups: 1 }), { to: hidden });
  let x: Tensor = { channels: hidden, size };
  x = s.sum(x, x, x, looked(f.places), looked(f.times));
  for (let layer = 0; layer < f.layers; layer++) x = gatedLayer(s, x, f);
  const seen = s.dense({ channels: hidden + f.clock, size: [candidates] }, { to: hidden });
  const own = perceptron(s, { channels: 2 * hidden, size: [candidates] }, [tower, hidden]);
  perceptron(s, s.scale(s.norm(seen), s.norm(own)), [tower, 1]);
});

/** Two layers with a normed activation between them. */
function perceptron(s: Sketch, x: Tensor, [inner, to]: readonly [number, number]): Tensor {
  return s.dense(s.activate(s.norm(s.dense(x, { to: inner }))), { to });
}

/** Gates, values, queries and keys in one product; of a history each item sees half in the mean. */
function gatedLayer(s: Sketch, x: Tensor, f: Figures): Tensor {
  const { heads, headDim, tokens, candidates } = f;
  s.dense(s.norm(x), { to: 4 * heads * headDim, act: true });
  s.attend({ queries: tokens, keys: Math.ceil(tokens / 2), heads, headDim });
  s.attend({ queries: candidates, keys: tokens, heads, headDim });
  const gates: Tensor = { channels: heads * headDim, size: x.size };
  const joined = s.concat([gates, x, s.scale(s.norm(gates), gates)]);
  return s.sum(s.dense(joined, { to: x.channels, bias: false }), x);
}
