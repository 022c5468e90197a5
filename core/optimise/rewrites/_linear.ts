/** Layers that are linear in constant weights: where their outputs' channels lie, and their weights scaled. */
import type { NodeProto, TensorProto } from "onnx-buf";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, elementCount, floatsOf, floatTensor } from "../tensor.ts";
import { at, isAll, type Affine, type Lay } from "./_affine.ts";
import { isOperator, madeNode, realSetting, rewired, wholeSetting } from "./_nodes.ts";

export interface Linear {
  readonly node: NodeProto;
  readonly weight: TensorProto;
  /** Of its output. */
  readonly lay: Lay;
  /** Place in the weights → channel of the output. */
  readonly outputOf: (index: number) => number;
  /** Place in the weights → channel of the input. */
  readonly inputOf: (index: number) => number;
  /** One a channel of the output; zeros where there is none. */
  readonly bias: Float64Array;
}

/** Weights beyond this are not copied where others read them too. */
const COPIED_MAX = 2 ** 16;

/** `node` as a linear layer; null of others, and of one whose weights are not its own. */
export function linearOf(graph: GraphDraft, node: NodeProto, rank: number | null): Linear | null {
  if (!isOperator(node, "Conv", "ConvTranspose", "Gemm", "MatMul")) return null;
  const [, name = ""] = node.input;
  const weight = graph.constant(name);
  if (weight === null || weight.dataType !== ELEMENT.float || node.input[0] === name) return null;
  const isShared = graph.consumers(name).length > 1 || graph.isOutput(name);
  if (isShared && elementCount(weight.dims) > COPIED_MAX) return null;
  const laid = laidOut(node, dimsOf(weight), rank);
  const bias = laid === null ? null : biasOf(graph, node, laid.lay.channels);
  return laid === null || bias === null ? null : { node, weight, bias, ...laid };
}

type Laid = Pick<Linear, "lay" | "outputOf" | "inputOf">;

function laidOut(node: NodeProto, dims: readonly number[], rank: number | null): Laid | null {
  const [first = 0, second = 0] = dims;
  const each = dims.slice(1).reduce((product, size) => product * size, 1);
  const kernel = dims.slice(2).reduce((product, size) => product * size, 1);
  const group = wholeSetting(node, "group", 1);
  if (node.opType === "Conv" && dims.length >= 3) {
    const outputOf = (index: number) => Math.floor(index / each);
    return {
      lay: { rank: dims.length, axis: 1, channels: first },
      outputOf,
      inputOf: (index) =>
        Math.floor(outputOf(index) / (first / group)) * second +
        (Math.floor(index / kernel) % second),
    };
  }
  if (node.opType === "ConvTranspose" && dims.length >= 3) {
    const inputOf = (index: number) => Math.floor(index / each);
    return {
      lay: { rank: dims.length, axis: 1, channels: second * group },
      inputOf,
      outputOf: (index) =>
        Math.floor(inputOf(index) / (first / group)) * second +
        (Math.floor(index / kernel) % second),
    };
  }
  return dims.length === 2 ? matrix(node, dims, rank) : null;
}

function matrix(node: NodeProto, dims: readonly number[], rank: number | null): Laid | null {
  const isGemm = node.opType === "Gemm";
  const isTurned = isGemm && wholeSetting(node, "transB", 0) === 1;
  const [, columns = 1] = dims;
  const row = (index: number) => Math.floor(index / columns);
  const column = (index: number) => index % columns;
  const known = isGemm ? 2 : rank;
  if (known === null || known < 1) return null;
  return {
    lay: { rank: known, axis: known - 1, channels: dims[isTurned ? 0 : 1] ?? 0 },
    outputOf: isTurned ? row : column,
    inputOf: isTurned ? column : row,
  };
}

function biasOf(graph: GraphDraft, node: NodeProto, channels: number): Float64Array | null {
  const [, , name = ""] = node.input;
  if (node.opType === "MatMul" || name === "") return new Float64Array(channels);
  const tensor = graph.constant(name);
  if (tensor === null || tensor.dataType !== ELEMENT.float) return null;
  if (node.opType === "Gemm" && realSetting(node, "beta", 1) !== 1) return null;
  const values = floatsOf(tensor);
  const dims = dimsOf(tensor);
  const isRow = dims.slice(0, -1).every((size) => size === 1);
  if (values === null || !isRow || (values.length !== 1 && values.length !== channels)) return null;
  return Float64Array.from({ length: channels }, (_, channel) => at(values, channel));
}

/** The layer with `affine` after it, writing `output`; null where weights would overflow. */
export function followedBy(
  graph: GraphDraft,
  draft: Draft,
  linear: Linear,
  given: { readonly affine: Affine; readonly output: string },
): readonly NodeProto[] | null {
  const { scale, offset } = given.affine;
  const before = floatsOf(linear.weight);
  if (before === null) return null;
  const values = isAll(scale, 1)
    ? before
    : before.map((each, index) => each * at(scale, linear.outputOf(index)));
  const bias = linear.bias.map((each, channel) => each * at(scale, channel) + at(offset, channel));
  return layerOf(graph, draft, linear, { before, values, bias, output: given.output });
}

/** The layer with `affine` before it, reading `input`: exact where nothing is padded, or nothing is added. */
export function precededBy(
  graph: GraphDraft,
  draft: Draft,
  linear: Linear,
  given: { readonly affine: Affine; readonly input: string },
): readonly NodeProto[] | null {
  const { scale, offset } = given.affine;
  const before = floatsOf(linear.weight);
  if (before === null) return null;
  const alpha = linear.node.opType === "Gemm" ? realSetting(linear.node, "alpha", 1) : 1;
  const bias = Float64Array.from(linear.bias);
  if (!isAll(offset, 0)) {
    for (const [index, weight] of before.entries()) {
      const channel = linear.outputOf(index);
      bias[channel] = at(bias, channel) + alpha * weight * at(offset, linear.inputOf(index));
    }
  }
  const values = isAll(scale, 1)
    ? before
    : before.map((each, index) => each * at(scale, linear.inputOf(index)));
  const [output = ""] = linear.node.output;
  return layerOf(graph, draft, linear, { before, values, bias, output, input: given.input });
}

function layerOf(
  graph: GraphDraft,
  draft: Draft,
  linear: Linear,
  given: {
    readonly before: Float32Array;
    readonly values: Float32Array;
    readonly bias: Float64Array;
    readonly output: string;
    readonly input?: string;
  },
): readonly NodeProto[] | null {
  const { node, weight } = linear;
  const bias = Float32Array.from(given.bias);
  const isKept = given.values === given.before;
  if (!bias.every(Number.isFinite) || !(isKept || given.values.every(Number.isFinite))) return null;
  const held = (stem: string, dims: readonly number[], values: Float32Array) =>
    graph.addConstant(floatTensor(draft.fresh(stem), dims, values));
  const { input = node.input[0] ?? "", output } = given;
  const weights = isKept
    ? weight.name
    : held(`${weight.name}/scaled`, dimsOf(weight), given.values);
  if (bias.every((each) => each === 0)) {
    return [rewired(draft, node, { inputs: [input, weights], outputs: [output] })];
  }
  const biases = held(`${node.output[0] ?? ""}/bias`, [bias.length], bias);
  if (node.opType !== "MatMul") {
    return [rewired(draft, node, { inputs: [input, weights, biases], outputs: [output] })];
  }
  const product = draft.fresh(`${output}/product`);
  return [
    rewired(draft, node, { inputs: [input, weights], outputs: [product] }),
    madeNode(draft, { operator: "Add", inputs: [product, biases], outputs: [output] }),
  ];
}
