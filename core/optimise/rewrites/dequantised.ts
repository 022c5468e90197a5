/**
 * Layers in whole numbers whose inputs are quantised in every run become layers in floats again.
 *
 * The file's weights stay as they were rounded; the rounding of activations, which each run did anew, is gone.
 * ConvInteger has no fast kernel on processors: there it is slower than floats and less exact. MatMulInteger has
 * one, so that it is a rewrite of its own, for a tuner to weigh.
 *
 * Source: onnx/onnx, docs/Operators.md, DynamicQuantizeLinear, ConvInteger, MatMulInteger:
 * y = scale_x * scale_w * sum((x - zero_x) * (w - zero_w)).
 */
import type { NodeProto, TensorProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, elementCount, floatsOf, floatTensor, wholesOf } from "../tensor.ts";
import { isOperator, madeNode, wholeSetting } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const dequantisedConvolutions: Rewrite = {
  name: "dequantised-convolutions",
  summary:
    "convolutions in whole numbers, quantised anew in every run, become convolutions in floats",
  exactness: "restored",
  apply: restoring("ConvInteger", "Conv"),
};

export const dequantisedProducts: Rewrite = {
  name: "dequantised-products",
  summary: "products in whole numbers, quantised anew in every run, become products in floats",
  exactness: "restored",
  apply: restoring("MatMulInteger", "MatMul"),
};

function restoring(from: string, to: string): Rewrite["apply"] {
  return nodeByNode((graph, node, around) => {
    if (isOperator(node, from)) restore(graph, node, { around, operator: to });
  });
}

interface Asked {
  readonly around: Around;
  readonly operator: string;
}

function restore(graph: GraphDraft, node: NodeProto, { around, operator }: Asked): void {
  const { draft } = around;
  const [quantised = "", weight = "", , zeroName = ""] = node.input;
  const source = graph.producer(quantised);
  if (source === null || !isOperator(source, "DynamicQuantizeLinear")) return;
  if (source.output[0] !== quantised || node.input[2] !== source.output[2]) return;
  const cast = graph.onlyConsumer(node.output[0] ?? "");
  if (cast === null || !isOperator(cast, "Cast")) return;
  if (wholeSetting(cast, "to", 0) !== ELEMENT.float) return;
  const scaled = graph.onlyConsumer(cast.output[0] ?? "");
  const scale = scaled === null ? null : weightScale(graph, scaled, cast, source.output[1] ?? "");
  const tensor = graph.constant(weight);
  if (scaled === null || scale === null || tensor === null) return;
  const axis = operator === "Conv" ? 0 : tensor.dims.length - 1;
  const zero = zeroName === "" ? null : graph.constant(zeroName);
  if (zeroName !== "" && zero === null) return;
  const floats = restored(tensor, { scale: scale.values, zero, axis });
  if (floats === null) return;
  const name = graph.addConstant(
    floatTensor(draft.fresh(`${weight}/floats`), dimsOf(tensor), floats),
  );
  const layer = madeNode(draft, {
    operator,
    inputs: [source.input[0] ?? "", name],
    outputs: [scaled.output[0] ?? ""],
    attributes: node.attribute,
  });
  graph.replace([node, cast, scaled], [layer], `${node.opType} became ${operator} in floats`);
}

/** The scale of the weights in `Mul(Cast(y), Mul(scale of x, scale of weights))`, in any order. */
function weightScale(
  graph: GraphDraft,
  scaled: NodeProto,
  cast: NodeProto,
  inputScale: string,
): { readonly values: Float32Array } | null {
  if (!isOperator(scaled, "Mul")) return null;
  const by = scaled.input.find((name) => name !== cast.output[0]) ?? "";
  const product = graph.producer(by);
  if (product === null || !isOperator(product, "Mul")) return null;
  if (!product.input.includes(inputScale)) return null;
  const constant = graph.constant(product.input.find((name) => name !== inputScale) ?? "");
  if (constant === null || constant.dataType !== ELEMENT.float) return null;
  const values = floatsOf(constant);
  return values === null ? null : { values };
}

/** `scale * (w - zero)`; null where either is neither one number nor one of each place along `axis`. */
function restored(
  tensor: TensorProto,
  given: {
    readonly scale: Float32Array;
    readonly zero: TensorProto | null;
    readonly axis: number;
  },
): Float32Array | null {
  const { scale, axis } = given;
  const codes = codesOf(tensor);
  const zeros = given.zero === null ? [0] : wholesOf(given.zero);
  if (codes === null || zeros === null) return null;
  const dims = dimsOf(tensor);
  const channels = dims[axis] ?? 0;
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  if ([scale.length, zeros.length].some((count) => count !== 1 && count !== channels)) return null;
  const floats = new Float32Array(codes.length);
  for (let start = 0; start < codes.length; start += inner) {
    const channel = (start / inner) % channels;
    const zero = zeros[zeros.length === 1 ? 0 : channel] ?? 0;
    const factor = scale[scale.length === 1 ? 0 : channel] ?? 0;
    for (let index = start; index < start + inner; index += 1) {
      floats[index] = ((codes[index] ?? 0) - zero) * factor;
    }
  }
  return floats;
}

/** Contents of a tensor of bytes, with or without a sign. */
function codesOf({ dataType, dims, rawData }: TensorProto): Uint8Array | Int8Array | null {
  if (rawData.length !== elementCount(dims)) return null;
  if (dataType === ELEMENT.uint8) return rawData;
  return dataType === ELEMENT.int8
    ? new Int8Array(rawData.buffer, rawData.byteOffset, rawData.length)
    : null;
}
