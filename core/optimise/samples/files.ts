/** Tensors of files: as NumPy writes them, and as ONNX does. */
import { fromBinary } from "@bufbuild/protobuf";
import { TensorProtoSchema } from "onnx-buf";
import { ok, refuse, type Result } from "../../result.ts";
import type { HostTensor } from "../runner.ts";
import { dimsOf, ELEMENT, elementCount, floatTensor, floatsOf, wholesOf } from "../tensor.ts";

/** Element types by what NumPy calls them, and their bytes. */
const NUMPY: ReadonlyMap<string, readonly [type: number, width: number]> = new Map([
  ["<f4", [ELEMENT.float, 4]],
  ["<f8", [ELEMENT.double, 8]],
  ["<f2", [ELEMENT.half, 2]],
  ["<i8", [ELEMENT.int64, 8]],
  ["<i4", [ELEMENT.int32, 4]],
  ["|i1", [ELEMENT.int8, 1]],
  ["|u1", [ELEMENT.uint8, 1]],
  ["|b1", [ELEMENT.bool, 1]],
]);

const MAGIC = "\u0093NUMPY";

/**
 * Source: numpy/numpy, numpy/lib/format.py: six bytes, a version, the length of a header, the header
 *
 * Errors: no such file, a type without numbers, columns before rows, fewer bytes than said.
 */
export function hostTensorFromNpy(bytes: Uint8Array): Result<HostTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCodePoint(...bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < 12) return refuse([], "a file of NumPy", magic);
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const length = isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const kind = /'descr':\s*'([^']+)'/u.exec(header)?.[1] ?? "";
  const [type, width = 0] = NUMPY.get(kind) ?? [];
  if (type === undefined) return refuse(["descr"], `one of ${[...NUMPY.keys()].join(" ")}`, kind);
  if (/'fortran_order':\s*True/u.test(header)) return refuse(["fortran_order"], "False", "True");
  const shape = /'shape':\s*\(([^)]*)\)/u.exec(header)?.[1] ?? "";
  const dims = shape.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
  const body = bytes.subarray(start + length);
  const wanted = elementCount(dims) * width;
  if (!(body.length >= wanted)) return refuse(["shape"], `${wanted} bytes`, body.length);
  return ok({ type, dims, bytes: new Uint8Array(body.subarray(0, wanted)) });
}

/** Errors: bytes that are no tensor of ONNX, or one of a type without numbers. */
export async function hostTensorFromProto(bytes: Uint8Array): Promise<Result<HostTensor>> {
  const read = await Promise.resolve(bytes)
    .then((all) => fromBinary(TensorProtoSchema, all))
    .then(ok, () => refuse([], "a tensor of ONNX", `${bytes.length} bytes`));
  if (!read.ok) return read;
  const tensor = read.value;
  const { dataType: type, rawData } = tensor;
  const dims = dimsOf(tensor);
  if (rawData.length > 0) return ok({ type, dims, bytes: rawData });
  if (type === ELEMENT.float) {
    const values = floatsOf(tensor);
    if (values !== null) return ok({ type, dims, bytes: floatTensor("", dims, values).rawData });
  }
  const wholes = wholesOf(tensor);
  const packed = wholes === null ? null : packedWholes(type, wholes);
  return packed === null
    ? refuse(["data_type"], "numbers", type)
    : ok({ type, dims, bytes: packed });
}

function packedWholes(type: number, values: readonly number[]): Uint8Array | null {
  if (type === ELEMENT.int64) return new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer);
  if (type === ELEMENT.int32) return new Uint8Array(Int32Array.from(values).buffer);
  return type === ELEMENT.uint8 || type === ELEMENT.bool || type === ELEMENT.int8
    ? Uint8Array.from(values)
    : null;
}
