/** Tensors and types of a file: sizes checked, short contents read, weights left alone. */
import type { TensorProto, TypeProto } from "onnx-buf";
import { plus, symbol, times, type Dim } from "./_dim.ts";
import { elementType, isParameter, TYPE } from "./_element-type.ts";
import { CONTENTS_MAX, known, tensor, type Stored, type Value } from "./_value.ts";

export type Refuse = (path: readonly (string | number)[], expected: string, got: unknown) => void;

const EXTERNAL = 1;
const RANK_MAX = 64;

/**
 * A tensor as a value. Its bytes may lie in another file of the same folder, which is not opened.
 *
 * Errors: sizes below 0 or too large to count, more bytes than `bytesMax`, a place outside the folder.
 */
export function tensorValue(
  proto: TensorProto,
  bytesMax: number,
  refuse: Refuse,
): { readonly value: Value; readonly stored: Stored } {
  const shape = sizesOf(proto.dims, refuse);
  const count = shape.reduce((total, size) => total * size, 1);
  const type = proto.dataType;
  const bytes = (count * elementType(type).bits) / 8;
  if (!Number.isSafeInteger(count)) refuse(["dims"], "at most 2^53 values", String(proto.dims));
  if (proto.dataLocation === EXTERNAL) checkExternal(proto, bytes, refuse);
  else if (type !== 8 && bytes > bytesMax) {
    refuse(["dims"], `at most the ${bytesMax} bytes of the file`, bytes);
  }
  const contents = count <= CONTENTS_MAX ? contentsOf(proto, count) : null;
  const value = contents === null ? tensor(type, shape) : known(type, shape, contents);
  return { value, stored: { elements: isParameter(type) ? count : 0, type } };
}

function sizesOf(dims: readonly bigint[], refuse: Refuse): readonly number[] {
  if (dims.length > RANK_MAX) refuse(["dims"], `at most ${RANK_MAX} dimensions`, dims.length);
  const wrong = dims.findIndex((size) => size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER));
  if (wrong >= 0) refuse(["dims", wrong], "a size from 0 to 2^53", dims[wrong]);
  return dims.map(Number);
}

function checkExternal(proto: TensorProto, bytes: number, refuse: Refuse): void {
  const given = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = given.get("location") ?? "";
  const parts = location.split(/[/\\]/u);
  const leaves = /^(?:[/\\]|[a-z]:)/iu.test(location) || parts.includes("..");
  if (location === "" || leaves || location.includes("\0")) {
    refuse(["external_data", "location"], "a file inside the model's folder", location);
  }
  const length = given.get("length");
  if (length !== undefined && Number(length) !== Math.ceil(bytes)) {
    refuse(["external_data", "length"], `${Math.ceil(bytes)} bytes, as the sizes say`, length);
  }
  const offset = Number(given.get("offset") ?? 0);
  if (!(Number.isSafeInteger(offset) && offset >= 0)) {
    refuse(["external_data", "offset"], "a place in the file", given.get("offset"));
  }
}

type Reader = (view: DataView, at: number) => number;

const READERS: ReadonlyMap<number, readonly [width: number, read: Reader]> = new Map([
  [TYPE.float, [4, (view, at) => view.getFloat32(at, true)]],
  [11, [8, (view, at) => view.getFloat64(at, true)]],
  [TYPE.int64, [8, (view, at) => Number(view.getBigInt64(at, true))]],
  [TYPE.int32, [4, (view, at) => view.getInt32(at, true)]],
  [12, [4, (view, at) => view.getUint32(at, true)]],
  [13, [8, (view, at) => Number(view.getBigUint64(at, true))]],
  [TYPE.uint8, [1, (view, at) => view.getUint8(at)]],
  [TYPE.int8, [1, (view, at) => view.getInt8(at)]],
  [TYPE.bool, [1, (view, at) => view.getUint8(at)]],
] as const);

/** Null where the file keeps them elsewhere, or in a type that shapes are not computed in. */
function contentsOf(proto: TensorProto, count: number): readonly number[] | null {
  const { rawData: raw } = proto;
  const reader = READERS.get(proto.dataType);
  if (reader === undefined || proto.dataLocation === EXTERNAL) return null;
  const [width, read] = reader;
  if (raw.length === count * width && count > 0) {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    return Array.from({ length: count }, (_, index) => read(view, index * width));
  }
  const lists = [
    proto.floatData,
    proto.int64Data,
    proto.int32Data,
    proto.doubleData,
    proto.uint64Data,
  ];
  const given = lists.find((each) => each.length > 0) ?? [];
  return given.length === count ? given.map(Number) : null;
}

/** A type as a value: tensors and sequences of them; sizes without a number are symbols. */
export function typeValue(
  proto: TypeProto | undefined,
  name: string,
  sizeOf: (symbolName: string, axis: number, rank: number) => Dim,
  refuse: Refuse,
): Value {
  const { case: kind, value } = proto?.value ?? { case: undefined, value: undefined };
  if (kind === "sequenceType") {
    const inner = typeValue(value.elemType, `${name}[]`, sizeOf, refuse);
    return { ...inner, length: sizeOf(`${name}.length`, 0, 1) };
  }
  if (kind === "optionalType") return typeValue(value.elemType, name, sizeOf, refuse);
  if (kind !== "tensorType" && kind !== "sparseTensorType") return tensor(0, null);
  const dims = value.shape?.dim;
  if (dims === undefined) return tensor(value.elemType, null);
  const shape = dims.map((dim, axis) => {
    if (dim.value.case === "dimValue") {
      const size = dim.value.value;
      if (size >= 0n && size <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(size);
      refuse([name, "shape", axis], "a size from 0 to 2^53, or a name", size);
      return 0;
    }
    const named = dim.value.case === "dimParam" ? dim.value.value : "";
    return sizeOf(named === "" ? `${name}.${axis}` : named, axis, dims.length);
  });
  return tensor(value.elemType, shape);
}

/** `past + 1` or `2*heads` of a size's name as a sum of symbols. */
export function namedSize(name: string, sizeOf: (symbolName: string) => Dim = symbol): Dim {
  const terms = name.split("+").map((term) => term.trim());
  const isSum = terms.every((term) => /^(?:\d+\s*\*\s*)?[A-Za-z_][\w.]*$|^\d+$/u.test(term));
  if (!isSum || terms.length > 8) return sizeOf(name);
  return terms
    .map((term) => {
      if (/^\d+$/u.test(term)) return Number(term);
      const [count, own] = term.includes("*") ? term.split(/\s*\*\s*/u) : ["1", term];
      return times(sizeOf(own ?? ""), Number(count));
    })
    .reduce<Dim>(plus, 0);
}
