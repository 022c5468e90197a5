/**
 * Rate of vector units, which take what matrix units cannot be fed with.
 *
 * Source: A100 datasheet, 312 over 19.5 TFLOPS; H100 datasheet, 989 over 67
 */
import type { FlopsPerSecond, Seconds } from "../../units.ts";
import type { Device } from "../../catalogue/index.ts";
import { spilled, streamTime } from "./_memory.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** Matrix rate over vector rate where a device lists no vector rate. */
const MATRIX_OVER_VECTOR = 16;

export function vectorRate({ peak }: Format, { device }: Target): FlopsPerSecond {
  return Math.min(device.vector ?? peak / MATRIX_OVER_VECTOR, peak);
}

/**
 * FLOPs that a processor's vector units could do while they take one value in FP32 through a pass that is no product.
 * Source: assumption; what BERT large takes in BF16 and INT8 beside its products on Xeon 8480+ and 8580 (notes/070)
 */
const FLOPS_VALUE = 160;
/** Rows of an array in the time that the lanes beside it, one a column, take one value each. Source: assumption; notes/070 */
const ROWS_VALUE = 6;
/** Passes over the scores of an attention: the largest, the exponentials with their sum, the shares. */
const PASSES_SOFTMAX = 3;

/** Seconds of a pass over `values`; 0 on devices whose vector units keep up with memory. */
export function passTime(values: number, { device, formats }: Target): Seconds {
  const { kind, vector, systolic } = device;
  if (kind === "cpu" && vector !== undefined) return (FLOPS_VALUE * values) / vector;
  if (!hasLanes(device) || systolic === undefined) return 0;
  return (ROWS_VALUE * values * 2 * systolic) / (formats.bf16?.peak ?? Infinity);
}

/** Arrays whose compilers keep passes apart; XLA for TPUs makes them part of the products. */
export function hasLanes({ kind, systolic }: Device): boolean {
  return kind === "asic" && systolic !== undefined;
}

/** Seconds of the softmax over `scores` where it is a pass of its own; masked ones go through memory, in FP32, on arrays. */
export function softmaxTime(scores: number, isMasked: boolean, target: Target): Seconds {
  const isMoved = isMasked && target.slices > 0 && hasLanes(target.device);
  const moved = isMoved ? spilled(WIDE * scores, target) : 0;
  const stored = PASSES_SPILLED * streamTime(2 * moved, 1, target);
  return PASSES_SOFTMAX * passTime(scores, target) + stored;
}

/** Bytes of a value in FP32. */
export const WIDE = 4;
/** Times that masked scores are read and written where they do not stay on the chip. Source: as ROWS_VALUE */
const PASSES_SPILLED = 7;
