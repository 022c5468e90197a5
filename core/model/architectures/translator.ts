/**
 * GNMT: LSTM encoder and decoder with additive attention.
 *
 * Source: Wu et al. (arXiv 1609.08144), figure 1; NVIDIA/DeepLearningExamples
 * PyTorch/Translation/GNMT/seq2seq/models
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const translator: Architecture = architecture(
  z.strictObject({
    family: z.literal("translator"),
    hidden: count,
    /** Layers of the encoder (the first in both directions) and of the decoder. */
    layers: count,
    vocab: count,
    /** Tokens of the source and of the target sentence. */
    frames: count,
    tokens: count,
  }),
  (s, { hidden, layers, vocab, frames, tokens }) => {
    s.input("source", { channels: 1, size: [frames] });
    s.input("target", { channels: 1, size: [tokens] });
    const table = { rows: vocab, width: hidden };
    let x = s.lstm(s.gather({ ...table, lookups: frames }), { hidden, directions: 2 });
    for (let layer = 1; layer < layers; layer++) x = s.lstm(x, { hidden });
    s.again(() => s.gather({ ...table, lookups: tokens }));
    const first = s.lstm({ channels: hidden, size: [tokens] }, { hidden });
    attention(s, { source: x, target: first });
    for (let layer = 1; layer < layers; layer++) {
      s.lstm({ channels: 2 * hidden, size: [tokens] }, { hidden });
    }
    s.dense({ channels: hidden, size: [tokens] }, { to: vocab });
  },
);

/** Scores are a sum over hidden of tanh(query + key), so their cost is in the sum and not in a product. */
function attention(
  s: Sketch,
  { source, target }: { readonly source: Tensor; readonly target: Tensor },
): void {
  const { channels: to } = target;
  s.dense(source, { to, bias: false });
  s.dense(target, { to, bias: false });
  const [keys = 1] = source.size;
  const [queries = 1] = target.size;
  const count = keys * queries * to;
  s.elementwise(
    "additive scores",
    { read: count, written: keys * queries, flops: 4 * count },
    2 * to,
  );
  const work = { kind: "matmul", m: queries, n: to, k: keys, batch: 1, constant: false } as const;
  s.add(`context of ${queries} from ${keys}`, work);
}
