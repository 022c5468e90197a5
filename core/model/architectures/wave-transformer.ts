/**
 * Wav2Vec 2.0: convolutions over the raw waveform, then a transformer whose positions are a grouped convolution.
 *
 * Source: Baevski et al. (arXiv 2006.11477), section 2 and appendix B; huggingface/transformers
 * models/wav2vec2/modeling_wav2vec2.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const waveTransformer: Architecture = architecture(
  z.strictObject({
    family: z.literal("wave-transformer"),
    /** Kernels and strides of the convolutions. */
    kernels: z.array(count).min(1),
    strides: z.array(count).min(1),
    /** Channels of the convolutions. */
    channels: count,
    hidden: count,
    intermediate: count,
    heads: count,
    layers: count,
    /** Kernel and groups of the convolution that stands for positions. */
    positions: z.tuple([count, count]),
    /** Whether that convolution keeps 32 bits. */
    widePositions: z.boolean().default(false),
    /** Samples of the waveform: a second at 16 kHz. */
    frames: count.default(16_000),
  }),
  (s, f) => {
    let x = s.input("waveform", { channels: 1, size: [f.frames] });
    f.kernels.forEach((kernel, index) => {
      const window = { kernel, stride: f.strides[index] ?? 1, padding: "valid" } as const;
      x = s.conv(x, { to: f.channels, ...window, norm: false, act: false, bias: false });
      x = s.activate(index === 0 ? s.norm(x) : x);
    });
    x = s.dense(s.norm(x), { to: f.hidden });
    const [kernel, groups] = f.positions;
    const wide = f.widePositions;
    const near = s.conv(x, { to: f.hidden, kernel, groups, norm: false, wide });
    x = s.norm(s.sum(near, x));
    for (let layer = 0; layer < f.layers; layer++) x = encoderLayer(s, x, f);
  },
);

interface Layer {
  readonly heads: number;
  readonly intermediate: number;
}

function encoderLayer(s: Sketch, x: Tensor, { heads, intermediate }: Layer): Tensor {
  const { channels: to } = x;
  const places = product(x.size);
  s.dense(x, { to: 3 * to });
  s.attend({ queries: places, keys: places, heads, headDim: to / heads });
  const y = s.norm(s.sum(s.dense(x, { to }), x));
  const wide = s.dense(y, { to: intermediate, act: true });
  return s.norm(s.sum(s.dense(wide, { to }), y));
}
