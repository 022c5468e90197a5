/**
 * HSTU: what a visitor did, item by item, as a sequence that candidates attend to and never each other.
 * Layers gate pointwise attention in place of softmax and of a feed-forward; what the sequence says of a
 * candidate meets a tower of its own embeddings in one product. The visitor's own place is left out.
 *
 * Source: Zhai et al. (arXiv 2402.17152), section 3; mlcommons/inference recommendation/dlrm_v3/
 * generative_recommenders/modules: dlrm_hstu.py, stu.py, preprocessors.py, positional_encoder.py
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("sequential-recommender"),
  /** Rows of items, categories, places and times. */
  tables: z.array(count).length(4),
  /** Rows of users. */
  users: count,
  /** Kinds of action, and the width of what stands for one. */
  actions: z.tuple([count, count]),
  hidden: count,
  /** Within perceptrons that bring a table into the sequence, and in those of candidates. */
  inner: z.tuple([count, count]),
  layers: count,
  heads: count,
  headDim: count,
  /** Values that say the hour and the day. */
  clock: count,
  candidates: count,
  /** Items of the history. */
  tokens: count,
});
type Figures = z.output<typeof figures>;

export const sequentialRecommender: Architecture = architecture(figures, (s, f) => {
  const { hidden, candidates, actions, inner } = f;
  const { size } = s.input("items", { channels: 1, size: [f.tokens + candidates] });
  const [kinds, width] = actions;
  const lookups = f.tokens + candidates;
  // A candidate's row of actions stands for all kinds at once.
  s.gather({ rows: 2 * kinds, width, lookups: kinds * lookups });
  const rows = f.tables.map((each) => s.gather({ rows: each, width: hidden, lookups }));
  for (const part of [...rows.slice(0, 2), { channels: kinds * width, size }]) {
    s.norm(perceptron(s, part, [inner[0], hidden]));
  }
  s.dense(s.gather({ rows: f.users, width: hidden, lookups: 1 }), { to: hidden });
  let x: Tensor = { channels: hidden, size };
  x = s.sum(x, x, x, ...rows.slice(2));
  for (let layer = 0; layer < f.layers; layer++) x = gatedLayer(s, x, f);
  const seen = s.dense({ channels: hidden + f.clock, size: [candidates] }, { to: hidden });
  const own = perceptron(s, { channels: 2 * hidden, size: [candidates] }, [inner[1], hidden]);
  perceptron(s, s.scale(s.norm(seen), s.norm(own)), [inner[1], 1]);
});

/** Two layers with a normed activation between them. */
function perceptron(s: Sketch, x: Tensor, [inner, to]: readonly [number, number]): Tensor {
  return s.dense(s.activate(s.norm(s.dense(x, { to: inner }))), { to });
}

/** Gates, values, queries and keys in one product; of a history each item sees half in the mean. */
function gatedLayer(s: Sketch, x: Tensor, { heads, headDim, tokens, candidates }: Figures): Tensor {
  s.dense(s.norm(x), { to: 4 * heads * headDim, act: true });
  s.attend({ queries: tokens, keys: Math.ceil(tokens / 2), heads, headDim });
  s.attend({ queries: candidates, keys: tokens, heads, headDim });
  const gates: Tensor = { channels: heads * headDim, size: x.size };
  const joined = s.concat([gates, x, s.scale(s.norm(gates), gates)]);
  return s.sum(s.dense(joined, { to: x.channels, bias: false }), x);
}
