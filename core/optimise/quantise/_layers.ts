/** The layers that hold weights: convolutions and products by a constant matrix. */
import type { NodeProto, TensorProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, elementCount, floatsOf } from "../tensor.ts";
import { isStandard, realSetting, wholeSetting, wholesSetting } from "../rewrites/_nodes.ts";
import { label } from "./_nodes.ts";
import { convOrder, matrixOrder, type WeightOrder } from "./_weights.ts";

export interface Layer {
  readonly node: NodeProto;
  readonly label: string;
  readonly kind: "Conv" | "Gemm" | "MatMul";
  readonly input: string;
  readonly output: string;
  readonly weights: TensorProto;
  readonly dims: readonly number[];
  readonly bias: TensorProto | null;
  readonly order: WeightOrder;
  /** Axis of the weights along which output channels stand. */
  readonly axis: number;
  /** One input channel a group. */
  readonly isDepthwise: boolean;
}

/** What `node` is as a layer, or why it is none that can be quantised; null of any other operator. */
export function layerOf(graph: GraphDraft, node: NodeProto): Layer | string | null {
  const kind = node.opType;
  if (!isStandard(node) || (kind !== "Conv" && kind !== "Gemm" && kind !== "MatMul")) return null;
  const [input = "", weightName = "", biasName = ""] = node.input;
  if (graph.constant(input) !== null) return "its input is constant";
  const stored = storedMatrix(graph, weightName, kind === "MatMul");
  if (stored === null) return "its weights are computed";
  const { weights } = stored;
  if (weights.dataType !== ELEMENT.float || floatsOf(weights) === null)
    return "its weights are no 32-bit floats of this file";
  const bias = biasName === "" ? null : graph.constant(biasName);
  if (biasName !== "" && (bias === null || floatsOf(bias) === null)) return "its bias is computed";
  const dims = dimsOf(weights);
  if (kind === "Conv" ? dims.length < 3 : dims.length !== 2)
    return `its weights are [${dims.join(", ")}]`;
  if (kind === "Gemm" && !isPlainGemm(node, bias, dims))
    return "it scales or transposes what it multiplies";
  const transposed = kind === "Gemm" ? wholeSetting(node, "transB", 0) === 1 : stored.transposed;
  const group = wholeSetting(node, "group", 1);
  return {
    node,
    label: label(node),
    kind,
    input,
    output: node.output[0] ?? "",
    weights,
    dims,
    bias,
    order: kind === "Conv" ? convOrder(dims) : matrixOrder(dims, transposed),
    axis: kind === "Conv" || transposed ? 0 : 1,
    isDepthwise: kind === "Conv" && group > 1 && dims[1] === 1,
  };
}

/** Weights of a file, perhaps turned on their way: a table of words that scores words too is stored once. */
function storedMatrix(
  graph: GraphDraft,
  name: string,
  mayTurn: boolean,
): { readonly weights: TensorProto; readonly transposed: boolean } | null {
  const weights = graph.constant(name);
  if (weights !== null) return { weights, transposed: false };
  const turn = mayTurn ? graph.producer(name) : null;
  if (turn === null || turn.opType !== "Transpose" || !isStandard(turn)) return null;
  const source = graph.constant(turn.input[0] ?? "");
  const turns = (wholesSetting(turn, "perm") ?? [1, 0]).join(",") === "1,0";
  return source === null || !turns ? null : { weights: source, transposed: true };
}

function isPlainGemm(node: NodeProto, bias: TensorProto | null, dims: readonly number[]): boolean {
  const out = dims[wholeSetting(node, "transB", 0) === 1 ? 0 : 1] ?? 0;
  const fits = bias === null || dimsOf(bias).join(",") === String(out);
  const isOne = (name: string) => realSetting(node, name, 1) === 1;
  return fits && isOne("alpha") && isOne("beta") && wholeSetting(node, "transA", 0) === 0;
}

/** Layers of a graph, and what looks like one but cannot be quantised. */
export function layersOf(
  graph: GraphDraft,
  kinds: readonly string[] = ["Conv", "Gemm", "MatMul"],
): {
  readonly layers: readonly Layer[];
  readonly others: readonly { readonly node: string; readonly why: string }[];
} {
  const layers: Layer[] = [];
  const others: { node: string; why: string }[] = [];
  for (const node of graph.nodes) {
    const found = kinds.includes(node.opType) ? layerOf(graph, node) : null;
    if (typeof found === "string") others.push({ node: label(node), why: found });
    else if (found !== null) layers.push(found);
  }
  return { layers, others };
}

/** Products by constant matrices, less those that a recipe keeps. */
export function matrixLayers(
  graph: GraphDraft,
  kept: readonly string[],
): ReturnType<typeof layersOf> {
  const { layers, others } = layersOf(graph, ["Gemm", "MatMul"]);
  const names = new Set(kept);
  return { layers: layers.filter(({ label }) => !names.has(label)), others };
}

/** Bytes of the weights of all, in 32-bit floats. */
export function weightBytes(layers: readonly Layer[]): number {
  return layers.reduce((sum, { dims }) => sum + 4 * elementCount(dims), 0);
}

/** Layers that all stay for the same reason. */
export function unable(
  layers: readonly Layer[],
  why: string,
): readonly { readonly node: string; readonly why: string }[] {
  return layers.map((layer) => ({ node: layer.label, why }));
}
