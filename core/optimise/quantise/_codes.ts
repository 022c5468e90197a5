/**
 * Numbers as codes of few bits: scale, zero point, rounding.
 *
 * Arithmetic is done in 32-bit floats where ONNX Runtime's own quantiser does so, that codes may be compared with its
 * byte for byte.
 * Source: microsoft/onnxruntime, python/tools/quantization/quant_utils.py, compute_scale_zp and quantize_nparray
 */
import type { Range } from "./_range.ts";

/** `value = (code - zero) * scale` */
export interface Step {
  readonly scale: number;
  readonly zero: number;
}

const TINY = 2 ** -126;

/** Codes 0 to 255 over a range, which is widened to hold zero: padding and Relu need it exactly. */
export function stepOfRange(range: Range): Step {
  const lower = Math.fround(Math.min(0, range.lower));
  const upper = Math.fround(Math.max(0, range.upper));
  const exact = Math.fround(upper - lower) / 255;
  if (exact < TINY) return { scale: 1, zero: 0 };
  return { scale: Math.fround(exact), zero: roundEven(-lower / exact) };
}

/** Scale of codes -127 to 127 that reach `largest`. */
export function scaleOfLargest(largest: number): number {
  const exact = Math.fround(2 * Math.fround(largest)) / 254;
  return exact < TINY ? 1 : Math.fround(exact);
}

/** Added to a number below 2^51 it leaves no bits for a fraction: the sum is rounded, halves to the even one. */
const WHOLE = 1.5 * 2 ** 52;

/** Nearest whole number, halves to the even one, as IEEE 754 rounds; of sizes below 2^51. */
export function roundEven(value: number): number {
  return value + WHOLE - WHOLE;
}

/** Codes between `least` and `most`. */
export function codeOf(value: number, { scale, zero }: Step, least: number, most: number): number {
  const code = roundEven(Math.fround(value / scale)) + zero;
  return Math.min(most, Math.max(least, code));
}
