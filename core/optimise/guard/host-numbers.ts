/** The contents of tensors outside a file as numbers. */
import { bfloatValue, ELEMENT, elementCount, halfValue } from "../tensor.ts";
import type { HostTensor } from "../runner.ts";

export type Numbers = ArrayLike<number>;

const SIXTEEN_BITS = new Map<number, (bits: number) => number>([
  [ELEMENT.half, halfValue],
  [ELEMENT.bfloat, bfloatValue],
]);

type View = (buffer: ArrayBuffer) => Numbers;

const VIEWS = new Map<number, View>([
  [ELEMENT.float, (buffer) => new Float32Array(buffer)],
  [ELEMENT.double, (buffer) => new Float64Array(buffer)],
  [ELEMENT.uint8, (buffer) => new Uint8Array(buffer)],
  [ELEMENT.bool, (buffer) => new Uint8Array(buffer)],
  [ELEMENT.int8, (buffer) => new Int8Array(buffer)],
  [ELEMENT.int32, (buffer) => new Int32Array(buffer)],
  [ELEMENT.int64, (buffer) => Array.from(new BigInt64Array(buffer), Number)],
]);

const FLOATING: ReadonlySet<number> = new Set([
  ELEMENT.float,
  ELEMENT.double,
  ELEMENT.half,
  ELEMENT.bfloat,
]);

export function isFloating({ type }: HostTensor): boolean {
  return FLOATING.has(type);
}

/** Null of strings, of types that no processor computes with, and where the bytes do not fit the dimensions. */
export function numbersOf({ type, dims, bytes }: HostTensor): Numbers | null {
  // A view needs alignment, which a slice of a message does not have.
  const buffer = new Uint8Array(bytes).buffer;
  const sixteen = SIXTEEN_BITS.get(type);
  const isWhole = sixteen === undefined || buffer.byteLength % 2 === 0;
  const numbers =
    sixteen === undefined
      ? VIEWS.get(type)?.(buffer)
      : isWhole
        ? Float32Array.from(new Uint16Array(buffer), sixteen)
        : undefined;
  return numbers !== undefined && numbers.length === elementCount(dims) ? numbers : null;
}

/** A tensor of 32-bit floats. */
export function floatsTensor(dims: readonly number[], values: Float32Array): HostTensor {
  return {
    type: ELEMENT.float,
    dims,
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}
