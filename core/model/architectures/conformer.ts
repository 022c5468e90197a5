/**
 * Conformer and FastConformer: strided convolutions over a spectrogram, then layers of attention with relative positions and of a convolution
 * between two feed-forwards. A CTC head names a token a step, or a transducer's predictor and joint decide at each step of greedy decoding.
 *
 * Source: Gulati et al. (arXiv 2005.08100), sections 2.1 to 2.4; Rekesh et al. (arXiv 2305.05084), section 2 (separable strides); NVIDIA/NeMo
 * nemo/collections/asr/parts/submodules/{subsampling,conformer_modules,multi_head_attention}.py (scores of positions)
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import { lstms } from "./transducer.ts";

const figures = z.strictObject({
  family: z.literal("conformer"),
  mels: count,
  /** Of the spectrogram, a hundred a second. */
  frames: count,
  /** How often time and frequency are halved, and channels in between; separable after the first. */
  subsampling: z.strictObject({
    strides: count,
    channels: count,
    separable: z.boolean().default(false),
  }),
  hidden: count,
  intermediate: count,
  heads: count,
  layers: count,
  /** Of the convolution over time. */
  kernel: count,
  /** Tokens and the blank. */
  vocab: count,
  /** Absent is CTC. */
  transducer: z
    .strictObject({ predictor: count, layers: count, joint: count, tokens: count })
    .optional(),
});
type Figures = z.output<typeof figures>;

export const conformer: Architecture = architecture(figures, (s, f) => {
  let x = subsampled(s, f);
  for (let layer = 0; layer < f.layers; layer++) x = conformerLayer(s, x, f);
  const { transducer } = f;
  if (transducer === undefined) {
    s.softmax(s.dense(x, { to: f.vocab }));
    return;
  }
  const { predictor: hidden, layers, joint, tokens } = transducer;
  const embedded = s.gather({ rows: f.vocab, width: hidden, lookups: tokens });
  const said = s.dense(lstms(s, embedded, { hidden, layers }), { to: joint });
  s.dense(x, { to: joint });
  const decisions = { channels: joint, size: [product(x.size) + product(said.size)] };
  s.dense(s.activate(s.sum(decisions, decisions)), { to: f.vocab });
});

function subsampled(s: Sketch, f: Figures): Tensor {
  const { strides, channels: to, separable } = f.subsampling;
  let x = s.input("spectrogram", { channels: 1, size: [f.frames, f.mels] });
  for (let step = 0; step < strides; step++) {
    const window = { kernel: 3, stride: 2, norm: false };
    const isSeparable = separable && step > 0;
    if (isSeparable) x = s.depthwise(x, { ...window, act: false });
    x = s.conv(x, { to, norm: false, ...(isSeparable ? { kernel: 1 } : window) });
  }
  const [steps = 1, bands = 1] = x.size;
  return s.dense(s.copy({ channels: bands * to, size: [steps] }, "flatten"), { to: f.hidden });
}

function conformerLayer(s: Sketch, x: Tensor, f: Figures): Tensor {
  const heard = attended(s, fedForward(s, x, f), f);
  return s.norm(fedForward(s, convolved(s, heard, f.kernel), f));
}

function fedForward(s: Sketch, x: Tensor, { intermediate }: Figures): Tensor {
  const wide = s.dense(s.norm(x), { to: intermediate, act: true });
  return s.sum(s.dense(wide, { to: x.channels }), x);
}

/** Scores of every distance, each query's row shifted to its own place, are added to those of the keys. */
function attended(s: Sketch, x: Tensor, { hidden, heads }: Figures): Tensor {
  const steps = product(x.size);
  const distances = 2 * steps - 1;
  const headDim = hidden / heads;
  s.dense(s.norm(x), { to: 3 * hidden });
  s.dense({ channels: hidden, size: [distances] }, { to: hidden, bias: false });
  const scores = { m: steps, n: distances, k: headDim, batch: heads, constant: false };
  s.add(`distances ${steps}×${distances}`, { kind: "matmul", ...scores }, 2 * hidden);
  s.copy({ channels: heads, size: [steps, distances] }, "shift");
  s.attend({ queries: steps, keys: steps, heads, headDim });
  return s.sum(s.dense({ channels: hidden, size: x.size }, { to: hidden }), x);
}

function convolved(s: Sketch, x: Tensor, kernel: number): Tensor {
  const { channels } = x;
  const gated = s.dense(s.norm(x), { to: 2 * channels });
  const written = product(x.size) * channels;
  s.elementwise("gate", { read: 2 * written, written, flops: 5 * written, exponential: true });
  const near = s.depthwise({ ...gated, channels }, { kernel });
  return s.sum(s.dense(near, { to: channels }), x);
}
