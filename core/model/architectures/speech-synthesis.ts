/**
 * Tacotron 2: characters to a mel spectrogram, frame by frame, by an LSTM decoder that attends to where it read last.
 *
 * Source: Shen et al. (arXiv 1712.05884), figure 1; NVIDIA/tacotron2 model.py and hparams.py
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("speech-synthesis"),
  symbols: count,
  encoder: z.strictObject({ width: count, convolutions: count, kernel: count }),
  /** Width of attention, and its convolution over the weights of the frame before and of all before it. */
  attention: z.strictObject({ width: count, filters: count, kernel: count }),
  prenet: count,
  decoder: count,
  mels: count,
  postnet: z.strictObject({ width: count, convolutions: count, kernel: count }),
  tokens: count,
  frames: count,
});
type Figures = z.output<typeof figures>;

/** Maps of weights that the location filter reads: the last frame's, and the sum of all. */
const WEIGHT_MAPS = 2;

export const speechSynthesis: Architecture = architecture(figures, (s, f) => {
  const { encoder, decoder, mels, frames } = f;
  s.input("tokens", { channels: 1, size: [f.tokens] });
  let x = s.gather({ rows: f.symbols, width: encoder.width, lookups: f.tokens });
  for (let layer = 0; layer < encoder.convolutions; layer++) {
    x = s.conv(x, { to: encoder.width, kernel: encoder.kernel, bias: true });
  }
  const memory = s.lstm(x, { hidden: encoder.width / 2, directions: 2 });
  const before: Tensor = { channels: mels, size: [frames] };
  const prenet = { to: f.prenet, bias: false, act: true };
  const spoken = s.dense(s.dense(before, prenet), prenet);
  const context: Tensor = { channels: memory.channels, size: [frames] };
  const query = s.lstm(s.concat([spoken, context]), { hidden: decoder });
  attend(s, { memory, query, f });
  const decided = s.lstm(s.concat([query, context]), { hidden: decoder });
  const whole = s.concat([decided, context]);
  s.dense(whole, { to: 1 });
  polished(s, s.dense(whole, { to: mels }), f);
});

/** Additive scores of what was read, what is written, and where the weights were: a sum over width and no product. */
function attend(
  s: Sketch,
  { memory, query, f }: { readonly memory: Tensor; readonly query: Tensor; readonly f: Figures },
): void {
  const { width, filters, kernel } = f.attention;
  const [keys = 1] = memory.size;
  const [queries = 1] = query.size;
  s.dense(memory, { to: width, bias: false });
  s.dense(query, { to: width, bias: false });
  const weights: Tensor = { channels: WEIGHT_MAPS, size: [queries * keys] };
  const where = { to: filters, kernel, norm: false, act: false, bias: false };
  s.dense(s.conv(weights, where), { to: width, bias: false });
  const values = queries * keys * width;
  const traffic = { read: values, written: queries * keys, flops: 5 * values };
  s.elementwise("additive scores", traffic, width);
  const work = { kind: "matmul", m: queries, n: memory.channels, k: keys } as const;
  s.add(`context of ${queries} from ${keys}`, { ...work, batch: 1, constant: false });
}

/** What the post-net adds to the frames. */
function polished(s: Sketch, frames: Tensor, { postnet, mels }: Figures): void {
  const { width, convolutions, kernel } = postnet;
  let x = frames;
  for (let layer = 1; layer < convolutions; layer++) {
    x = s.conv(x, { to: width, kernel, bias: true });
  }
  s.sum(frames, s.conv(x, { to: mels, kernel, bias: true, act: false }));
}
