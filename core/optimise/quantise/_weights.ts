/** Weights as codes of 8 bits with a scale for each output channel. */
import { codeOf, scaleOfLargest } from "./_codes.ts";

/** Where the weights of output channel `c` stand: at `c * channelStride + offsets[k]`, in the order they are summed. */
export interface WeightOrder {
  readonly channelCount: number;
  readonly channelStride: number;
  readonly offsets: Int32Array;
}

export interface ChannelWeights {
  /** In the places of the weights they stand for. */
  readonly codes: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array;
}

/**
 * Of a convolution's weights [out, in, ...window]: all inputs of one place of the window, then of the next, as
 * kernels sum pictures whose channels stand last.
 */
export function convOrder([out = 0, inputs = 0, ...window]: readonly number[]): WeightOrder {
  const places = window.reduce((total, size) => total * size, 1);
  const offsets = new Int32Array(inputs * places);
  for (let place = 0; place < places; place += 1) {
    for (let input = 0; input < inputs; input += 1) {
      offsets[place * inputs + input] = input * places + place;
    }
  }
  return { channelCount: out, channelStride: inputs * places, offsets };
}

/** Of a matrix [in, out], or [out, in] where it is `transposed`. */
export function matrixOrder(
  [rows = 0, columns = 0]: readonly number[],
  transposed: boolean,
): WeightOrder {
  const [inputs, out, stride] = transposed ? [columns, rows, 1] : [rows, columns, columns];
  return {
    channelCount: out,
    channelStride: transposed ? columns : 1,
    offsets: Int32Array.from({ length: inputs }, (_, input) => input * stride),
  };
}

/**
 * Codes -127 to 127, the scale of a channel so that its largest weight is the last code.
 *
 * Where `pairsSaturate`, products with codes 0 to 255 are added in pairs in 16 bits, as `vpmaddubsw` does:
 * the scale of a channel is widened just so far that no pair can pass them.
 */
export function channelWeights(
  values: Float32Array,
  order: WeightOrder,
  pairsSaturate: boolean,
  scaleLeast: (channel: number) => number = () => 0,
): ChannelWeights {
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(order.channelCount);
  for (let channel = 0; channel < order.channelCount; channel += 1) {
    const start = channel * order.channelStride;
    let largest = 0;
    for (const offset of order.offsets) {
      largest = Math.max(largest, Math.abs(values[start + offset] ?? 0));
    }
    let scale = Math.max(scaleOfLargest(largest), Math.fround(scaleLeast(channel)));
    encode(values, codes, order.offsets, start, scale);
    for (;;) {
      const over = pairsSaturate ? largestPair(codes, order.offsets, start) / PAIR_MAX : 0;
      if (over <= 1) break;
      scale = Math.fround(scale * over);
      encode(values, codes, order.offsets, start, scale);
    }
    scales[channel] = scale;
  }
  return { codes, scales };
}

/** Two codes of one sign that add up to 129 pass 16 bits when both meet 255: 32,895 over 32,767. */
const PAIR_MAX = 128;

function encode(
  values: Float32Array,
  codes: Int8Array,
  offsets: Int32Array,
  start: number,
  scale: number,
): void {
  const step = { scale, zero: 0 };
  for (const offset of offsets) {
    codes[start + offset] = codeOf(values[start + offset] ?? 0, step, -127, 127);
  }
}

/** The largest size of a sum of two neighbours of one sign: what one of them meets may be zero. */
function largestPair(codes: Int8Array, offsets: Int32Array, start: number): number {
  let most = 0;
  for (let at = 0; at < offsets.length; at += 2) {
    const one = codes[start + (offsets[at] ?? 0)] ?? 0;
    const next = offsets[at + 1];
    const two = next === undefined ? 0 : (codes[start + next] ?? 0);
    const positive = Math.max(one, 0) + Math.max(two, 0);
    const negative = Math.max(-one, 0) + Math.max(-two, 0);
    most = Math.max(most, positive, negative);
  }
  return most;
}

/** A matrix of `rows` by `columns`, turned. */
export function turned(
  values: Int8Array<ArrayBuffer>,
  rows: number,
  columns: number,
): Int8Array<ArrayBuffer> {
  const result = new Int8Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      result[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return result;
}
