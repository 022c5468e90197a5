/** ONNX files made in memory, for tests. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from "onnx-buf";

type Initial<T> = Partial<Omit<T, "$typeName" | "$unknown">>;

type Setting = number | string | readonly number[] | TensorProto | GraphProto;

/** `Conv` of `x w` into `y`; a domain stands before a colon: `com.microsoft:FastGelu`. */
export function node(
  operator: string,
  inputs: string,
  outputs: string,
  settings: Readonly<Record<string, Setting>> = {},
): NodeProto {
  const [opType = "", domain = ""] = operator.split(":").toReversed();
  const names = (text: string) =>
    text === "" ? [] : text.split(" ").map((name) => (name === "-" ? "" : name));
  const attribute = Object.entries(settings).map(([name, value]) => setting(name, value));
  return create(NodeProtoSchema, {
    opType,
    domain,
    input: names(inputs),
    output: names(outputs),
    attribute,
  });
}

function setting(name: string, value: Setting): AttributeProto {
  const whole = (number: number) => BigInt(Math.trunc(number));
  if (typeof value === "string") {
    return create(AttributeProtoSchema, {
      name,
      type: Kind.STRING,
      s: Uint8Array.from(value, (letter) => letter.codePointAt(0) ?? 0),
    });
  }
  if (typeof value === "number") {
    return create(
      AttributeProtoSchema,
      Number.isInteger(value)
        ? { name, type: Kind.INT, i: whole(value) }
        : { name, type: Kind.FLOAT, f: value },
    );
  }
  if (Array.isArray(value)) {
    return create(
      AttributeProtoSchema,
      value.every(Number.isInteger)
        ? { name, type: Kind.INTS, ints: value.map(whole) }
        : { name, type: Kind.FLOATS, floats: [...value] },
    );
  }
  return "node" in value
    ? create(AttributeProtoSchema, { name, type: Kind.GRAPH, g: value })
    : create(AttributeProtoSchema, { name, type: Kind.TENSOR, t: value as TensorProto });
}

const FLOAT = 1;
const HALF = 10;
const INT64 = 7;

/** Weights of zeros. */
export function weights(name: string, dims: readonly number[], type: number = FLOAT): TensorProto {
  const count = dims.reduce((total, size) => total * size, 1);
  const width = type === FLOAT ? 4 : type === HALF ? 2 : 1;
  const rawData = new Uint8Array(width * count);
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: type, rawData });
}

export function wholes(name: string, values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: INT64,
    int64Data: values.map(BigInt),
  });
}

/** An input or output; sizes that are words are open. */
export function value(
  name: string,
  dims: readonly (number | string)[],
  type: number = FLOAT,
): ValueInfoProto {
  const dim = dims.map((size) => ({
    value:
      typeof size === "number"
        ? { case: "dimValue" as const, value: BigInt(size) }
        : { case: "dimParam" as const, value: size },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: type, shape: { dim } } } },
  });
}

export function graph(parts: Initial<GraphProto>): GraphProto {
  return create(GraphProtoSchema, parts);
}

/** The bytes of a model of `parts`, opset 21 unless said. */
export function file(
  parts: Initial<GraphProto>,
  given: {
    readonly opset?: number;
    readonly functions?: Initial<FunctionProto>[];
  } = {},
): Uint8Array {
  const { opset = 21, functions = [] } = given;
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [
      { domain: "", version: BigInt(opset) },
      { domain: "com.microsoft", version: 1n },
      { domain: "own", version: 1n },
    ],
    graph: parts,
    functions,
  });
  return toBinary(ModelProtoSchema, model);
}
