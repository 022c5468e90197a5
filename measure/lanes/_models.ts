/**
 * ONNX models of one operator each, made in memory: what a runtime multiplies, convolves and attends with.
 *
 * Weights are constants, as in a trained network, so that a runtime may pack them. Of a large result one
 * row leaves the model, so that moving it costs nothing.
 */
import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  NodeProtoSchema,
  type NodeProto,
} from "onnx-buf";
import { encodeOnnxFile } from "../../core/model/onnx/index.ts";

/** Numbers of the schema's element types. Source: onnx/onnx, onnx/onnx.in.proto, TensorProto.DataType */
const TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
type Type = keyof typeof TYPES;
const WIDTHS: Readonly<Record<Type, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  float16: 2,
};

export interface Tensor {
  readonly type: Type;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface OneOperator {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly flops: number;
}

/** Values between -0.5 and 0.5 in a pattern that repeats late; whole numbers of all bits in 8-bit types. */
export function pattern(type: Type, dims: readonly number[]): Tensor {
  const count = dims.reduce((total, size) => total * size, 1);
  const bytes = new Uint8Array(count * WIDTHS[type]);
  const view = new DataView(bytes.buffer);
  let state = 1;
  for (let index = 0; index < count; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (type === "float32") view.setFloat32(index * 4, state / 2 ** 32 - 0.5, true);
    else if (type === "float16") view.setUint16(index * 2, 0x3000 | (state >>> 22), true);
    else bytes[index] = state >>> 24;
  }
  return { type, dims, bytes };
}

function scalar(type: Type, ...bytes: readonly number[]): Tensor {
  return { type, dims: [], bytes: Uint8Array.from(bytes) };
}

/** 0.0078125 (2^-7) as FP32, little-endian. */
const SCALE = scalar("float32", 0x00, 0x00, 0x00, 0x3c);

/** A product of two square matrices of side `n`; what is fed is never 16 bits wide, which not every Node can pass on. */
export function matmulModel(n: number, format: "fp32" | "fp16" | "u8s8" | "qdq"): OneOperator {
  const dims = [n, n];
  const flops = 2 * n ** 3;
  if (format === "u8s8") {
    const nodes = [node("MatMulInteger", "x w", "y")];
    const weights = { w: pattern("int8", dims) };
    return one({ nodes, weights, feeds: { x: pattern("uint8", dims) }, result: "int32", flops });
  }
  if (format === "qdq") {
    const nodes = [
      node("DequantizeLinear", "x scale zero", "a"),
      node("DequantizeLinear", "w scale", "b"),
      node("MatMul", "a b", "c"),
      node("QuantizeLinear", "c wide zero", "q"),
      node("DequantizeLinear", "q wide zero", "y"),
    ];
    const weights = {
      w: pattern("int8", dims),
      scale: SCALE,
      wide: scalar("float32", 0, 0, 0x80, 0x3f),
      zero: scalar("uint8", 128),
    };
    return one({ nodes, weights, feeds: { x: pattern("uint8", dims) }, result: "float32", flops });
  }
  if (format === "fp16") {
    const nodes = [node("Cast", "x", "a", { to: TYPES.float16 }), node("MatMul", "a w", "y")];
    const weights = { w: pattern("float16", dims) };
    return one({ nodes, weights, feeds: { x: pattern("uint8", dims) }, result: "float16", flops });
  }
  const nodes = [node("MatMul", "x w", "y")];
  const weights = { w: pattern("float32", dims) };
  return one({ nodes, weights, feeds: { x: pattern("float32", dims) }, result: "float32", flops });
}

/** A convolution of 3x3 over an image of `side` by `side`; depthwise where `groups` is all channels. */
export function convolutionModel(side: number, channels: number, groups: number): OneOperator {
  const inner = channels / groups;
  const nodes = [
    node("Conv", "x w", "y", { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: groups }),
  ];
  return one({
    nodes,
    weights: { w: pattern("float32", [channels, inner, 3, 3]) },
    feeds: { x: pattern("float32", [1, channels, side, side]) },
    result: "float32",
    flops: 2 * 9 * inner * channels * side * side,
  });
}

/** Attention of 12 heads of 64 over `tokens`, as ONNX Runtime fuses it. */
export function attentionModel(tokens: number): OneOperator {
  const [heads, width] = [12, 768];
  const dims = [1, tokens, width];
  return one({
    nodes: [node("com.microsoft:MultiHeadAttention", "q k v", "y", { num_heads: heads })],
    weights: {},
    feeds: {
      q: pattern("float32", dims),
      k: pattern("float32", dims),
      v: pattern("float32", dims),
    },
    result: "float32",
    flops: 4 * tokens * tokens * width,
  });
}

interface Parts {
  readonly nodes: readonly NodeProto[];
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly result: Type;
  readonly flops: number;
}

/** A model of `nodes`, the last of which writes y; of y its first slice leaves. */
function one({ nodes, weights, feeds, result, flops }: Parts): OneOperator {
  const first = { type: "int64", dims: [], bytes: new Uint8Array(8) } as const;
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [
      { domain: "", version: 21n },
      { domain: "com.microsoft", version: 1n },
    ],
    graph: {
      name: "lane",
      input: Object.entries(feeds).map(([name, { type, dims }]) => valueOf(name, type, dims)),
      output: [valueOf("out", result, null)],
      initializer: Object.entries({ ...weights, first }).map(([name, tensor]) => ({
        name,
        dataType: TYPES[tensor.type],
        dims: tensor.dims.map(BigInt),
        rawData: tensor.bytes,
      })),
      node: [...nodes, node("Gather", "y first", "out")],
    },
  });
  return { model: encodeOnnxFile(model), feeds, flops };
}

function valueOf(name: string, type: Type, dims: readonly number[] | null) {
  const dim = (dims ?? []).map((size) => ({
    value: { case: "dimValue" as const, value: BigInt(size) },
  }));
  const shape = dims === null ? {} : { shape: { dim } };
  return {
    name,
    type: { value: { case: "tensorType" as const, value: { elemType: TYPES[type], ...shape } } },
  };
}

function node(
  operator: string,
  inputs: string,
  output: string,
  settings: Readonly<Record<string, number | readonly number[]>> = {},
): NodeProto {
  const [opType = "", domain = ""] = operator.split(":").toReversed();
  const attribute = Object.entries(settings).map(([name, value]) =>
    typeof value === "number"
      ? { name, type: Kind.INT, i: BigInt(value) }
      : { name, type: Kind.INTS, ints: value.map(BigInt) },
  );
  return create(NodeProtoSchema, {
    opType,
    domain,
    input: inputs.split(" "),
    output: [output],
    attribute,
  });
}
