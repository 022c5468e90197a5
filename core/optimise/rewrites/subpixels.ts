/**
 * Two transposed convolutions one after the other, whose strides are their kernels, are two convolutions of
 * 1 x 1 on the small image and one rearrangement at the end: each small pixel alone decides a square of large ones.
 *
 * What stands between them (Relu) is computed on the small image as well, inside the convolution before it. The
 * second has zeros where it would mix squares, so it must be small. Heads of text detectors are of this kind.
 *
 * Symbols: k, q strides of the first and second; C, D, E channels before, between and after.
 */
import type { NodeProto } from "onnx-buf";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, floatsOf, floatTensor } from "../tensor.ts";
import { linearOf, type Linear } from "./_linear.ts";
import {
  attributeNamed,
  isOperator,
  madeNode,
  textSetting,
  wholeSetting,
  wholesSetting,
} from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const subpixels: Rewrite = {
  name: "subpixels",
  summary:
    "transposed convolutions that tile become convolutions on the small image and one rearrangement",
  exactness: "bounded",
  target: "native",
  apply: nodeByNode(shrink),
};

/** Operators that treat each number alone. */
const ALONE = ["Relu", "Sigmoid", "Tanh", "HardSigmoid", "LeakyRelu"];

interface Tiles {
  readonly linear: Linear;
  readonly values: Float32Array;
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
}

function shrink(graph: GraphDraft, node: NodeProto, { draft }: Around): void {
  const first = tilesOf(graph, node);
  const between = first === null ? null : aloneAfter(graph, node.output[0] ?? "");
  const next = between === null ? null : graph.onlyConsumer(between.output);
  const second = next === null ? null : tilesOf(graph, next);
  if (first === null || between === null || next === null || second === null) return;
  if (next.input[0] !== between.output || second.inputs !== first.outputs) return;
  const mixed = first.stride ** 2 * second.outputs * second.stride ** 2;
  if (mixed > 2 * first.inputs) return;
  const after = aloneAfter(graph, next.output[0] ?? "");
  const chain = [
    spread(graph, draft, first),
    ...between.nodes,
    squares(graph, draft, { first, second }),
    ...after.nodes,
  ];
  const [input = ""] = node.input;
  const { nodes, output } = threaded(draft, chain, input);
  const blocksize = first.stride * second.stride;
  const rearranged = madeNode(draft, {
    operator: "DepthToSpace",
    inputs: [output],
    outputs: [after.output],
    settings: { blocksize },
  });
  const why = "two transposed convolutions that tile became convolutions on the small image";
  graph.replace([node, ...between.nodes, next, ...after.nodes], [...nodes, rearranged], why);
}

/** A transposed convolution whose squares neither overlap nor leave gaps. */
function tilesOf(graph: GraphDraft, node: NodeProto): Tiles | null {
  if (!isOperator(node, "ConvTranspose")) return null;
  const linear = linearOf(graph, node, null);
  const values = linear === null ? null : floatsOf(linear.weight);
  if (linear === null || values === null) return null;
  const [inputs = 0, outputs = 0, height = 0, width = 0] = dimsOf(linear.weight);
  const strides = wholesSetting(node, "strides") ?? [1, 1];
  const isZero = (name: string) => (wholesSetting(node, name) ?? []).every((each) => each === 0);
  const isTiling =
    linear.weight.dims.length === 4 &&
    height === width &&
    strides.every((stride) => stride === height) &&
    isZero("pads") &&
    isZero("output_padding") &&
    (wholesSetting(node, "dilations") ?? []).every((each) => each === 1) &&
    wholeSetting(node, "group", 1) === 1 &&
    attributeNamed(node, "output_shape") === undefined &&
    textSetting(node, "auto_pad", "NOTSET") === "NOTSET";
  return isTiling ? { linear, values, stride: height, inputs, outputs } : null;
}

/** Operators after `value` that treat each number alone, each the only reader of the last. */
function aloneAfter(
  graph: GraphDraft,
  value: string,
): { readonly nodes: readonly NodeProto[]; readonly output: string } {
  const nodes: NodeProto[] = [];
  let output = value;
  for (;;) {
    const next = graph.onlyConsumer(output);
    if (next === null || !isOperator(next, ...ALONE)) return { nodes, output };
    nodes.push(next);
    output = next.output[0] ?? "";
  }
}

/** The first as a convolution: pixel (a, b) of its square and channel d lie at channel (a k + b) D + d. */
function spread(graph: GraphDraft, draft: Draft, tiles: Tiles): NodeProto {
  const { values, stride, inputs, outputs, linear } = tiles;
  const area = stride ** 2;
  const weights = new Float32Array(area * outputs * inputs);
  const bias = Float32Array.from(
    { length: area * outputs },
    (_, row) => linear.bias[row % outputs] ?? 0,
  );
  for (let from = 0; from < inputs; from += 1) {
    for (let to = 0; to < outputs; to += 1) {
      for (let pixel = 0; pixel < area; pixel += 1) {
        weights[(pixel * outputs + to) * inputs + from] =
          values[(from * outputs + to) * area + pixel] ?? 0;
      }
    }
  }
  return smallConv(graph, draft, { of: linear.node, weights, bias, inputs });
}

/**
 * The second as a convolution of the first's squares: pixel (a', b') in pixel (a, b) and channel e lie at channel
 * ((a q + a') k q + b q + b') E + e, as DepthToSpace reads them.
 */
function squares(
  graph: GraphDraft,
  draft: Draft,
  { first, second }: { readonly first: Tiles; readonly second: Tiles },
): NodeProto {
  const { values, stride, inputs, outputs, linear } = second;
  const [side, columns] = [first.stride * stride, first.stride ** 2 * inputs];
  const weights = new Float32Array(side ** 2 * outputs * columns);
  const bias = Float32Array.from(
    { length: side ** 2 * outputs },
    (_, row) => linear.bias[row % outputs] ?? 0,
  );
  for (let pixel = 0; pixel < side ** 2; pixel += 1) {
    const [y, x] = [Math.floor(pixel / side), pixel % side];
    const square = Math.floor(y / stride) * first.stride + Math.floor(x / stride);
    const inner = (y % stride) * stride + (x % stride);
    for (let from = 0; from < inputs; from += 1) {
      for (let to = 0; to < outputs; to += 1) {
        const weight = values[(from * outputs + to) * stride ** 2 + inner] ?? 0;
        weights[(pixel * outputs + to) * columns + square * inputs + from] = weight;
      }
    }
  }
  return smallConv(graph, draft, { of: linear.node, weights, bias, inputs: columns });
}

function smallConv(
  graph: GraphDraft,
  draft: Draft,
  given: {
    readonly of: NodeProto;
    readonly weights: Float32Array;
    readonly bias: Float32Array;
    readonly inputs: number;
  },
): NodeProto {
  const [stem = ""] = given.of.output;
  const held = (name: string, dims: readonly number[], values: Float32Array) =>
    graph.addConstant(floatTensor(draft.fresh(`${stem}/${name}`), dims, values));
  const weights = held("squares", [given.bias.length, given.inputs, 1, 1], given.weights);
  const bias = held("bias", [given.bias.length], given.bias);
  const settings = { kernel_shape: [1, 1] };
  return madeNode(draft, {
    operator: "Conv",
    inputs: ["", weights, bias],
    outputs: [draft.fresh(`${stem}/small`)],
    settings,
  });
}

/** The same nodes, each reading first what the one before writes, under new names. */
function threaded(
  draft: Draft,
  chain: readonly NodeProto[],
  input: string,
): { readonly nodes: readonly NodeProto[]; readonly output: string } {
  let output = input;
  const nodes = chain.map((node) => {
    const inputs = [output, ...node.input.slice(1)];
    output = draft.fresh(`${node.output[0] ?? ""}/small`);
    const { opType: operator, attribute: attributes } = node;
    return madeNode(draft, { operator, inputs, outputs: [output], attributes });
  });
  return { nodes, output };
}
