/** Models and feeds for tests. */
import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
} from "onnx-buf";
import { floatTensor, type HostTensor, type Session } from "../../core/optimise/index.ts";

export const ONE_THREAD: Session = { threads: 1, provider: "cpu", optimises: true };

/** `count` products of [rows, size] by [size, size]. */
export function products(count: number, size: number, rows = 1): Uint8Array {
  const values = Float32Array.from({ length: size * size }, (_, at) => ((at * 7) % 11) / size);
  const steps = Array.from({ length: count }, (_, index) => index);
  return modelOf({
    input: [value("x0", [rows, size])],
    output: [value(`x${count}`, [rows, size])],
    initializer: steps.map((index) => floatTensor(`w${index}`, [size, size], values)),
    node: steps.map((index) => ({
      opType: "MatMul",
      input: [`x${index}`, `w${index}`],
      output: [`x${index + 1}`],
    })),
  });
}

/** y = x + w, with w kept in the file `location`. */
export function elsewhere(size: number, location: string): Uint8Array {
  const w = create(TensorProtoSchema, {
    name: "w",
    dims: [BigInt(size)],
    dataType: 1,
    dataLocation: 1,
    externalData: [
      create(StringStringEntryProtoSchema, { key: "location", value: location }),
      create(StringStringEntryProtoSchema, { key: "length", value: String(size * 4) }),
    ],
  });
  return modelOf({
    input: [value("x", [size])],
    output: [value("y", [size])],
    initializer: [w],
    node: [{ opType: "Add", input: ["x", "w"], output: ["y"] }],
  });
}

export function floats(dims: readonly number[], values: readonly number[]): HostTensor {
  return { type: 1, dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

export function ones(dims: readonly number[]): HostTensor {
  const count = dims.reduce((total, size) => total * size, 1);
  return floats(
    dims,
    Array.from({ length: count }, () => 1),
  );
}

function modelOf(parts: MessageInitShape<typeof GraphProtoSchema>): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 21n })],
    graph: create(GraphProtoSchema, parts),
  });
  return toBinary(ModelProtoSchema, model);
}

function value(name: string, dims: readonly number[]) {
  const dim = dims.map((size) => ({
    value: { case: "dimValue" as const, value: BigInt(size) },
  }));
  const tensor = { elemType: 1, shape: { dim } };
  return { name, type: { value: { case: "tensorType" as const, value: tensor } } };
}
