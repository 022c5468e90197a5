/** Matrix products, recurrences, reductions, and their quantised forms. */
import { isSameDim, times, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import { einsumShape } from "./_einsum.ts";
import type { GraphNode, Rule, Rules } from "./_graph-node.ts";
import { broadcast, numbers, tensor } from "./_value.ts";

/** The shape of [.., m, k] · [.., k, n]; vectors are rows or columns. */
export function productShape(
  node: GraphNode,
  a: readonly Dim[] | null,
  b: readonly Dim[] | null,
): readonly Dim[] | null {
  if (a === null || b === null) return null;
  if (a.length === 0 || b.length === 0) node.refuse("matrices or vectors", "a scalar");
  const [rows, columns] = [a.length > 1 ? a : [1, ...a], b.length > 1 ? b : [...b, 1]];
  const [k, depth] = [rows.at(-1) ?? 1, columns.at(-2) ?? 1];
  if (typeof k === "number" && typeof depth === "number" && k !== depth) {
    node.refuse(`a second matrix of ${k} rows`, depth);
  }
  const batch = broadcast([rows.slice(0, -2), columns.slice(0, -2)]);
  if (batch === null) node.refuse("batches that stretch to one", [a, b]);
  const ends = [
    ...(a.length > 1 ? [rows.at(-2) ?? 1] : []),
    ...(b.length > 1 ? [columns.at(-1) ?? 1] : []),
  ];
  return [...(batch ?? []), ...ends];
}

/** Of a node whose two matrices are inputs `a` and `b`. */
function productOf(a: number, b: number, type: (node: GraphNode) => number): Rule {
  return (node) => [tensor(type(node), productShape(node, node.shape(a), node.shape(b)))];
}

const fusedMatMul: Rule = (node) => {
  const turned = (place: number, name: string) => {
    const shape = node.shape(place);
    const swap = node.whole(name, 0) !== 0 && shape !== null && shape.length > 1;
    return swap ? [...shape.slice(0, -2), ...shape.slice(-2).toReversed()] : shape;
  };
  return [tensor(node.type(0), productShape(node, turned(0, "transA"), turned(1, "transB")))];
};

const gemm: Rule = (node) => {
  const b = node.operator === "QGemm" ? 3 : 1;
  const [left, right] = [node.shape(0), node.shape(b)];
  if (left === null || right === null) return [tensor(node.type(0), null)];
  if (left.length !== 2 || right.length !== 2) node.refuse("two matrices", [left, right]);
  const [m, k] = node.whole("transA", 0) === 0 ? left : left.toReversed();
  const [depth, n] = node.whole("transB", 0) === 0 ? right : right.toReversed();
  if (
    k !== undefined &&
    depth !== undefined &&
    typeof k === "number" &&
    typeof depth === "number"
  ) {
    if (!isSameDim(k, depth)) node.refuse(`a second matrix of ${k} rows`, depth);
  }
  return [tensor(node.type(0), [m ?? 1, n ?? 1])];
};

/** Weights in blocks of few bits: the node says what product they are of. */
const blockProduct: Rule = (node) => {
  const shape = node.shape(0);
  return [tensor(node.type(0), shape && [...shape.slice(0, -1), node.whole("N", 1)])];
};

const recurrent: Rule = (node) => {
  const [x, r] = [node.shape(0), node.shape(2)];
  if (x === null) return [tensor(node.type(0), null)];
  const isBatchFirst = node.whole("layout", 0) === 1;
  const [steps = 1, batch = 1] = isBatchFirst ? [x[1], x[0]] : x;
  const hidden = node.has("hidden_size") ? node.whole("hidden_size", 1) : (r?.at(-1) ?? 1);
  const directions = node.text("direction", "forward") === "bidirectional" ? 2 : 1;
  const type = node.type(0);
  const all = isBatchFirst
    ? [batch, steps, directions, hidden]
    : [steps, directions, batch, hidden];
  const last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
  return [tensor(type, all), tensor(type, last), tensor(type, last)];
};

/** Axes from an input or an attribute; none given are all, unless that is to change nothing. */
const reduce: Rule = (node) => {
  const shape = node.shape(0);
  const type = node.type(0);
  const axes = node.list(1, "axes");
  const keeps = node.whole("keepdims", 1) !== 0;
  if (shape === null) return [tensor(type, null)];
  if (axes === null && node.input(1) !== null) {
    return [tensor(type, keeps ? shape.map((size) => node.undecided(size)) : null)];
  }
  if ((axes ?? []).length === 0 && node.whole("noop_with_empty_axes", 0) !== 0) {
    return [tensor(type, shape)];
  }
  const gone =
    axes === null || axes.length === 0
      ? shape.map((_, axis) => axis)
      : axes.map((axis) => node.axis(axis, shape.length));
  const left = shape.flatMap((size, axis) => (gone.includes(axis) ? (keeps ? [1] : []) : [size]));
  return [tensor(type, left)];
};

const argument: Rule = (node) => {
  const shape = node.shape(0);
  if (shape === null) return [tensor(TYPE.int64, null)];
  const gone = node.axis(node.whole("axis", 0), shape.length);
  const keeps = node.whole("keepdims", 1) !== 0;
  return [tensor(TYPE.int64, shape.toSpliced(gone, 1, ...(keeps ? [1] : [])))];
};

const topK: Rule = (node) => {
  const shape = node.shape(0);
  if (shape === null) return [tensor(node.type(0), null), tensor(TYPE.int64, null)];
  const axis = node.axis(node.whole("axis", -1), shape.length);
  const count = node.input(1) === null ? node.whole("k", 1) : node.input(1)?.contents?.[0];
  const sizes = shape.toSpliced(axis, 1, count ?? node.undecided(shape[axis] ?? 1));
  return [tensor(node.type(0), sizes), tensor(TYPE.int64, sizes)];
};

/** Means and deviations beside the result are of the axes before the norm's own. */
const layerNorm: Rule = (node) => {
  const shape = node.shape(0);
  const type = node.type(0);
  if (shape === null) return [tensor(type, null)];
  const axis = node.axis(node.whole("axis", -1), shape.length);
  const kept = shape.map((size, place) => (place < axis ? size : 1));
  const wide = node.whole("stash_type", TYPE.float);
  return [tensor(type, shape), tensor(wide, kept), tensor(wide, kept)];
};

const quantise: Rule = (node) => {
  const type = node.type(2) || node.whole("output_dtype", 0) || TYPE.uint8;
  return [tensor(type, node.shape(0))];
};

/** The wide value remembers what it is kept in: an engine computes on that. */
const dequantise: Rule = (node) => {
  const type = node.type(1) || TYPE.float;
  return [{ ...tensor(type, node.shape(0)), quantised: node.type(0) }];
};

const dynamicQuantise: Rule = (node) => [
  tensor(TYPE.uint8, node.shape(0)),
  tensor(TYPE.float, []),
  tensor(TYPE.uint8, []),
];

const einsum: Rule = (node) => {
  const shapes = node.inputs.map((input) => input?.shape ?? null);
  if (!shapes.every((shape) => shape !== null)) return [tensor(node.type(0), null)];
  return [tensor(node.type(0), einsumShape(node, shapes))];
};

const determinant: Rule = (node) => [tensor(node.type(0), node.shape(0)?.slice(0, -2) ?? null)];

const suppression: Rule = (node) => {
  const [boxes, scores] = [node.shape(0), node.shape(1)];
  const most = numbers(node.input(2))?.[0] ?? 0;
  const pairs = times(scores?.[0] ?? 1, scores?.[1] ?? 1);
  const each = typeof boxes?.[1] === "number" ? Math.min(most, boxes[1]) : most;
  return [tensor(TYPE.int64, [node.undecided(times(pairs, each)), 3])];
};

const loss: Rule = (node) => {
  const [scores, labels] = [node.shape(0), node.shape(1)];
  const isWhole = node.text("reduction", "mean") !== "none";
  return [tensor(node.type(0), isWhole ? [] : labels), tensor(node.type(0), scores)];
};

export const MATRIX_RULES: Rules = [
  ["MatMul", productOf(0, 1, (node) => node.type(0))],
  ["MatMulInteger", productOf(0, 1, () => TYPE.int32)],
  ["QLinearMatMul", productOf(0, 3, (node) => node.type(7))],
  ["MatMulIntegerToFloat DynamicQuantizeMatMul", productOf(0, 1, () => TYPE.float)],
  ["FusedMatMul TransposeMatMul", fusedMatMul],
  ["Gemm QGemm FusedGemm", gemm],
  ["MatMulNBits MatMulBnb4 MatMulFpQ4", blockProduct],
  ["LSTM GRU RNN", recurrent],
  ["ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceSumSquare", reduce],
  ["ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp", reduce],
  ["ArgMax ArgMin", argument],
  ["TopK", topK],
  ["LayerNormalization RMSNormalization SimplifiedLayerNormalization", layerNorm],
  ["QuantizeLinear", quantise],
  ["DequantizeLinear", dequantise],
  ["DynamicQuantizeLinear", dynamicQuantise],
  ["Einsum", einsum],
  ["Det", determinant],
  ["NonMaxSuppression", suppression],
  ["NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss", loss],
];
