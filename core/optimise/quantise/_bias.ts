/** Biases in 32 bits, at the scale of the sums they are added to. */
import { assert } from "../../assert.ts";
import { roundEven } from "./_codes.ts";
import { wholeSetting } from "../rewrites/_nodes.ts";
import type { Layer } from "./_layers.ts";
import type { ChannelWeights } from "./_weights.ts";

const MOST = 2 ** 31 - 1;

/** Codes of `bias` less `error`, each a number an output channel, at the scale of input times weights. */
export function biasCodes(
  bias: Float32Array | null,
  error: Float64Array | null,
  inputScale: number,
  weightScales: Float32Array,
): { readonly codes: Int32Array<ArrayBuffer>; readonly scales: Float32Array } {
  const scales = weightScales.map((scale) => inputScale * scale);
  const codes = new Int32Array(scales.length);
  for (const [channel, scale] of scales.entries()) {
    const wanted = (bias?.[channel] ?? 0) - (error?.[channel] ?? 0);
    codes[channel] = Math.min(MOST, Math.max(-MOST, roundEven(wanted / scale)));
  }
  return { codes, scales };
}

/**
 * What rounding the weights adds to each output channel, for inputs of these means.
 *
 * Borders of zeros around a picture are taken as if they were of its mean.
 * Source: Nagel et al. 2019, "Data-free quantization through weight equalization and bias correction",
 * arXiv:1906.04721, section 4.2
 */
export function meanError(
  layer: Layer,
  values: Float32Array,
  { codes, scales }: ChannelWeights,
  means: Float64Array,
): Float64Array {
  const { order, kind, node, dims } = layer;
  const inputs = kind === "Conv" ? (dims[1] ?? 1) : order.offsets.length;
  const groups = kind === "Conv" ? wholeSetting(node, "group", 1) : 1;
  assert(means.length === inputs * groups, "a mean for each input channel");
  const errors = new Float64Array(order.channelCount);
  for (let channel = 0; channel < order.channelCount; channel += 1) {
    const start = channel * order.channelStride;
    const first = Math.floor((channel * groups) / order.channelCount) * inputs;
    let sum = 0;
    for (const [place, offset] of order.offsets.entries()) {
      const at = start + offset;
      const rounded = (codes[at] ?? 0) * (scales[channel] ?? 0);
      sum += (rounded - (values[at] ?? 0)) * (means[first + (place % inputs)] ?? 0);
    }
    errors[channel] = sum;
  }
  return errors;
}
