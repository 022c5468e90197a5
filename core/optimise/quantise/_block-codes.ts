/** Weights as codes of 4 or 8 bits, with a scale and perhaps a zero point for each block of inputs. */
import { roundEven } from "./_codes.ts";
import type { WeightOrder } from "./_weights.ts";

export interface BlockRule {
  readonly bits: 4 | 8;
  readonly block: number;
  readonly symmetric: boolean;
  readonly searched: boolean;
}

/** Stand by output channel, then by block; of 4 bits, two a byte, the lower half first. */
export interface BlockCodes {
  readonly codes: Uint8Array<ArrayBuffer>;
  readonly scales: Float32Array;
  readonly zeros: Uint8Array<ArrayBuffer> | null;
  readonly blockCount: number;
}

export function blockCodes(values: Float32Array, order: WeightOrder, rule: BlockRule): BlockCodes {
  const { offsets, channelCount } = order;
  const blockCount = Math.ceil(offsets.length / rule.block);
  const perByte = 8 / rule.bits;
  const codes = new Uint8Array((channelCount * blockCount * rule.block) / perByte);
  const scales = new Float32Array(channelCount * blockCount);
  const zeroStride = Math.ceil(blockCount / perByte);
  const zeros = rule.symmetric ? null : new Uint8Array(channelCount * zeroStride);
  const block = new Float32Array(rule.block);
  const rows = rowsOf(values, order);
  for (let channel = 0; channel < channelCount; channel += 1) {
    const start = channel * offsets.length;
    const zeroStart = channel * zeroStride * perByte;
    // Half a byte that no block fills holds what the toolkit of ONNX Runtime puts there.
    if (zeros !== null && blockCount % perByte > 0) put(zeros, zeroStart + blockCount, 8, perByte);
    for (let place = 0; place < blockCount; place += 1) {
      const first = place * rule.block;
      for (let at = 0; at < rule.block; at += 1) {
        block[at] = first + at < offsets.length ? (rows[start + first + at] ?? 0) : 0;
      }
      const step = blockStep(block, rule);
      const index = channel * blockCount + place;
      scales[index] = step.scale;
      if (zeros !== null) put(zeros, zeroStart + place, step.zero, perByte);
      for (let at = 0; at < rule.block; at += 1) {
        const inside = first + at < offsets.length;
        const code = inside ? blockCode(block[at] ?? 0, step, rule.bits) : step.zero;
        put(codes, index * rule.block + at, code, perByte);
      }
    }
  }
  return { codes, scales, zeros, blockCount };
}

/** Rows that are turned at once, so that what is read stays in a cache. */
const TILE = 64;

/** The weights of each output channel in a row. */
function rowsOf(
  values: Float32Array,
  { offsets, channelCount, channelStride }: WeightOrder,
): Float32Array {
  if (channelStride !== 1) return values;
  const rows = new Float32Array(values.length);
  for (let first = 0; first < channelCount; first += TILE) {
    const last = Math.min(first + TILE, channelCount);
    for (const [input, offset] of offsets.entries()) {
      for (let channel = first; channel < last; channel += 1) {
        rows[channel * offsets.length + input] = values[offset + channel] ?? 0;
      }
    }
  }
  return rows;
}

function put(bytes: Uint8Array, at: number, code: number, perByte: number): void {
  const place = perByte === 1 ? at : at >> 1;
  const shift = perByte === 2 && at % 2 === 1 ? 4 : 0;
  bytes[place] = (bytes[place] ?? 0) | (code << shift);
}

interface BlockStep {
  /** Negative where the largest weight is positive: codes reach one further below than above. */
  readonly scale: number;
  readonly zero: number;
  /** One over the scale, in 32 bits, as ONNX Runtime multiplies by it. */
  readonly inverse: number;
}

function blockCode(value: number, { inverse, zero }: BlockStep, bits: number): number {
  const code = Math.round(Math.fround(value * inverse) + zero);
  return Math.min(2 ** bits - 1, Math.max(0, code));
}

function blockStep(block: Float32Array, rule: BlockRule): BlockStep {
  let [lower, upper] = [0, 0];
  for (const value of block) {
    lower = Math.min(lower, value);
    upper = Math.max(upper, value);
  }
  const whole = stepOf(lower, upper, rule);
  return rule.searched ? searched(block, lower, upper, rule, whole) : whole;
}

function stepOf(lower: number, upper: number, { bits, symmetric }: BlockRule): BlockStep {
  const most = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  const scale = symmetric
    ? Math.fround((Math.abs(upper) > Math.abs(lower) ? upper : lower) / -middle)
    : Math.fround(Math.fround(upper - lower) / most);
  const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
  const zero = symmetric ? middle : scale === 0 ? 0 : roundEven(-lower / scale);
  return { scale, inverse, zero: Math.min(most, Math.max(0, zero)) };
}

/** Shares of the range that are tried: clipping the outermost weights lets the others be finer. */
const SHARES = [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];

/** The step of the least squared error. */
function searched(
  block: Float32Array,
  lower: number,
  upper: number,
  rule: BlockRule,
  whole: BlockStep,
): BlockStep {
  let best = whole;
  let least = squaredError(block, whole, rule.bits);
  for (const share of SHARES) {
    const step = stepOf(lower * share, upper * share, rule);
    const error = squaredError(block, step, rule.bits);
    if (error < least) [best, least] = [step, error];
  }
  return best;
}

function squaredError(block: Float32Array, step: BlockStep, bits: number): number {
  let error = 0;
  for (const value of block) {
    const rest = value - (blockCode(value, step, bits) - step.zero) * step.scale;
    error += rest * rest;
  }
  return error;
}
