/**
 * Number formats: what matrix units multiply in, and how numbers are stored.
 *
 * The two differ: AWQ stores 4.25 bits a weight and multiplies in BF16. Keeping them apart is what
 * makes weight-only quantisation fast where memory is the limit and useless where arithmetic is.
 */
import type { Bytes } from "./units.ts";

/** Formats that hardware multiplies in; a device lists the peak of each it has. */
export const PRECISIONS = [
  "fp64",
  "fp32",
  "tf32",
  "bf16",
  "fp16",
  "fp8",
  "fp6",
  "fp4",
  "int8",
  "int4",
] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Bits a value takes in a register or in memory; TF32 is FP32 with a short mantissa. */
export const PRECISION_BITS: Readonly<Record<Precision, number>> = {
  fp64: 64,
  fp32: 32,
  tf32: 32,
  bf16: 16,
  fp16: 16,
  fp8: 8,
  fp6: 6,
  fp4: 4,
  int8: 8,
  int4: 4,
};

/** How values lie in memory. */
export interface Storage {
  /** The format's usual name: "bf16", "fp8-block", "nvfp4", "awq-int4", "q4_k". */
  readonly name: string;
  /** True bits a value, scales and zero points included: 4.5 for NVFP4. */
  readonly bits: number;
}

/** Which number format each part of a model is kept and multiplied in. */
export interface Numerics {
  /** How people call the combination: "bf16", "fp8", "w4a16". */
  readonly name: string;
  /** Weights of attention projections and dense feed-forwards. */
  readonly linear: Storage;
  /** Weights of routed and shared experts. */
  readonly experts: Storage;
  readonly embedding: Storage;
  readonly head: Storage;
  readonly activations: Storage;
  readonly kv: Storage;
  /** What the matrix units multiply in, by kind of operator. */
  readonly compute: {
    readonly linear: Precision;
    readonly experts: Precision;
    readonly head: Precision;
    readonly attention: Precision;
  };
}

/** Bytes of `count` values stored so. */
export function storedBytes(count: number, storage: Storage): Bytes {
  return (count * storage.bits) / 8;
}
