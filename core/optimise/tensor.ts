/** The contents of tensors of a file as numbers, and numbers as tensors. */
import { create } from "@bufbuild/protobuf";
import { TensorProtoSchema, type TensorProto } from "onnx-buf";
import { assert } from "../assert.ts";

/** Numbers of the schema's element types. Source: onnx/onnx, onnx/onnx.in.proto, TensorProto.DataType */
export const ELEMENT = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  half: 10,
  double: 11,
  bfloat: 16,
  uint4: 21,
  int4: 22,
} as const;

const EXTERNAL = 1;

export function elementCount(dims: readonly (number | bigint)[]): number {
  return dims.reduce<number>((total, size) => total * Number(size), 1);
}

export function dimsOf(tensor: TensorProto): readonly number[] {
  return tensor.dims.map(Number);
}

/** The contents of a tensor of floats of 16, 32 or 64 bits; null of any other, and of one kept elsewhere. */
export function floatsOf(tensor: TensorProto): Float32Array | null {
  if (tensor.dataLocation === EXTERNAL) return null;
  const count = elementCount(tensor.dims);
  const { rawData: raw, dataType } = tensor;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const filled = (read: (index: number) => number) => {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index += 1) values[index] = read(index);
    return values;
  };
  if (dataType === ELEMENT.float) {
    if (raw.length === count * 4) return float32View(raw, count);
    return tensor.floatData.length === count ? Float32Array.from(tensor.floatData) : null;
  }
  if (dataType === ELEMENT.double && raw.length === count * 8) {
    return filled((index) => view.getFloat64(index * 8, true));
  }
  const halves = tensor.int32Data;
  const bitsAt = (index: number) =>
    raw.length === count * 2 ? view.getUint16(index * 2, true) : (halves[index] ?? 0);
  if (raw.length !== count * 2 && halves.length !== count) return null;
  if (dataType === ELEMENT.half) return filled((index) => halfValue(bitsAt(index)));
  if (dataType === ELEMENT.bfloat) return filled((index) => bfloatValue(bitsAt(index)));
  return null;
}

/** The contents of a tensor of whole numbers of up to 64 bits; null of any other, and of one kept elsewhere. */
export function wholesOf(tensor: TensorProto): readonly number[] | null {
  if (tensor.dataLocation === EXTERNAL) return null;
  const count = elementCount(tensor.dims);
  const { rawData: raw, dataType } = tensor;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const reader = WHOLES.get(dataType);
  if (reader === undefined) return null;
  if (raw.length === count * reader.width && count > 0) {
    return Array.from({ length: count }, (_, index) => reader.read(view, index * reader.width));
  }
  const list = dataType === ELEMENT.int64 ? tensor.int64Data : tensor.int32Data;
  return list.length === count ? Array.from(list, Number) : null;
}

interface WholeReader {
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
}

const WHOLES: ReadonlyMap<number, WholeReader> = new Map<number, WholeReader>([
  [ELEMENT.int64, { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [ELEMENT.int32, { width: 4, read: (view, at) => view.getInt32(at, true) }],
  [ELEMENT.uint8, { width: 1, read: (view, at) => view.getUint8(at) }],
  [ELEMENT.int8, { width: 1, read: (view, at) => view.getInt8(at) }],
  [ELEMENT.bool, { width: 1, read: (view, at) => view.getUint8(at) }],
]);

/** A tensor of 32-bit floats; `values` must not be changed afterwards. */
export function floatTensor(
  name: string,
  dims: readonly number[],
  values: Float32Array,
): TensorProto {
  assert(values.length === elementCount(dims), `${values.length} values for [${dims.join(", ")}]`);
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: ELEMENT.float,
    rawData: new Uint8Array(rawData),
  });
}

/** A list of 64-bit whole numbers, or one number where `dims` is []. */
export function wholeTensor(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorProto {
  assert(values.length === elementCount(dims), `${values.length} values for [${dims.join(", ")}]`);
  const raw = new BigInt64Array(values.map(BigInt));
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: ELEMENT.int64,
    rawData: new Uint8Array(raw.buffer),
  });
}

/** A tensor of `type` whose bytes stand little-endian in the order of its dimensions. */
export function rawTensor(
  name: string,
  type: number,
  dims: readonly number[],
  rawData: Uint8Array<ArrayBuffer>,
): TensorProto {
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: type, rawData });
}

/** Views need alignment; bytes of a file have none. */
function float32View(raw: Uint8Array, count: number): Float32Array {
  if (raw.byteOffset % 4 === 0) return new Float32Array(raw.buffer, raw.byteOffset, count);
  return new Float32Array(new Uint8Array(raw).buffer);
}

/** Source: IEEE 754-2019, binary16: 1 sign, 5 exponent and 10 fraction bits. */
export function halfValue(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const WORD = new DataView(new ArrayBuffer(4));

/** The upper half of a 32-bit float. */
export function bfloatValue(bits: number): number {
  WORD.setUint32(0, bits * 0x10000);
  return WORD.getFloat32(0);
}
