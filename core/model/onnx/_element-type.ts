/**
 * Types of the elements of tensors, by their number in the schema.
 *
 * Source: onnx/onnx, onnx/onnx.in.proto, TensorProto.DataType
 */
import type { Precision, Storage } from "../../precision.ts";

export interface ElementType {
  readonly name: string;
  readonly bits: number;
  /** What matrix units multiply such values in; absent is no type of matrices. */
  readonly compute?: Precision;
}

const TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [1, { name: "fp32", bits: 32, compute: "fp32" }],
  [2, { name: "uint8", bits: 8, compute: "int8" }],
  [3, { name: "int8", bits: 8, compute: "int8" }],
  [4, { name: "uint16", bits: 16, compute: "fp16" }],
  [5, { name: "int16", bits: 16, compute: "fp16" }],
  [6, { name: "int32", bits: 32, compute: "fp32" }],
  [7, { name: "int64", bits: 64 }],
  [8, { name: "string", bits: 64 }],
  [9, { name: "bool", bits: 8 }],
  [10, { name: "fp16", bits: 16, compute: "fp16" }],
  [11, { name: "fp64", bits: 64, compute: "fp64" }],
  [12, { name: "uint32", bits: 32, compute: "fp32" }],
  [13, { name: "uint64", bits: 64 }],
  [14, { name: "complex64", bits: 64, compute: "fp32" }],
  [15, { name: "complex128", bits: 128, compute: "fp64" }],
  [16, { name: "bf16", bits: 16, compute: "bf16" }],
  [17, { name: "fp8", bits: 8, compute: "fp8" }],
  [18, { name: "fp8", bits: 8, compute: "fp8" }],
  [19, { name: "fp8", bits: 8, compute: "fp8" }],
  [20, { name: "fp8", bits: 8, compute: "fp8" }],
  [21, { name: "uint4", bits: 4, compute: "int4" }],
  [22, { name: "int4", bits: 4, compute: "int4" }],
  [23, { name: "fp4", bits: 4, compute: "fp4" }],
  [24, { name: "e8m0", bits: 8 }],
  [25, { name: "uint2", bits: 2, compute: "int4" }],
  [26, { name: "int2", bits: 2, compute: "int4" }],
]);

/** Types that rules name. */
export const TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
} as const;

export function elementType(number: number): ElementType {
  return TYPES.get(number) ?? { name: "unknown", bits: 32 };
}

export function storageOf(number: number): Storage {
  const { name, bits } = elementType(number);
  return { name, bits };
}

/** Whether stored values of this type are parameters: not indices, flags or text. */
export function isParameter(number: number): boolean {
  return elementType(number).compute !== undefined;
}

const WHOLE: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 12, 13]);
const FLOATING: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/** Whether values of this type may be sizes, axes or indices. */
export function isWholeType(number: number): boolean {
  return WHOLE.has(number);
}

export function isFloatType(number: number): boolean {
  return FLOATING.has(number);
}
