/**
 * RNN-T: an LSTM encoder over frames, an LSTM predictor over the tokens so far, and a joint network on each step of greedy decoding.
 *
 * Source: Graves (arXiv 1211.3711); mlcommons/inference
 * retired_benchmarks/speech_recognition/rnnt/pytorch/configs/rnnt.toml
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const transducer: Architecture = architecture(
  z.strictObject({
    family: z.literal("transducer"),
    features: count,
    encoder: z.strictObject({
      hidden: count,
      before: count,
      /** Frames joined into one between the two runs of layers. */
      stack: count,
      after: count,
    }),
    predictor: z.strictObject({ hidden: count, layers: count }),
    joint: count,
    vocab: count,
    frames: count,
    tokens: count,
    /** Training joins every step of the encoder with every token; decoding walks once through both. */
    lattice: z.boolean().default(false),
  }),
  (s, f) => {
    const { encoder, predictor } = f;
    const input = s.input("frames", { channels: f.features, size: [f.frames] });
    const before = lstms(s, input, { hidden: encoder.hidden, layers: encoder.before });
    const steps = Math.ceil(f.frames / encoder.stack);
    const stacked = s.copy({ channels: encoder.stack * encoder.hidden, size: [steps] }, "stack");
    lstms(s, stacked, { hidden: encoder.hidden, layers: encoder.after });
    const embedded = s.gather({ rows: f.vocab - 1, width: predictor.hidden, lookups: f.tokens });
    lstms(s, embedded, predictor);
    if (f.lattice) {
      s.dense({ channels: encoder.hidden, size: [steps] }, { to: f.joint });
      s.dense({ channels: predictor.hidden, size: [f.tokens] }, { to: f.joint });
      const lattice = { channels: f.joint, size: [steps * f.tokens] };
      s.dense(s.copy(lattice, "join"), { to: f.vocab });
      return;
    }
    const decided = { channels: before.channels + predictor.hidden, size: [steps + f.tokens] };
    s.dense(s.dense(s.concat([decided]), { to: f.joint, act: true }), { to: f.vocab });
  },
);

export function lstms(
  s: Sketch,
  x: Tensor,
  run: { readonly hidden: number; readonly layers: number },
): Tensor {
  let y = x;
  for (let layer = 0; layer < run.layers; layer++) y = s.lstm(y, { hidden: run.hidden });
  return y;
}
