/**
 * What one node of a graph computes, as the work of a network's node, and in which formats.
 *
 * A graph has no samples: its own batch is in its shapes, so a node's work is that of one run.
 */
import type { Precision, Storage } from "../../precision.ts";
import type { NodeWork } from "../network.ts";
import { product } from "../network-size.ts";
import { einsumProduct } from "./_einsum.ts";
import { elementType, isFloatType, storageOf } from "./_element-type.ts";
import { headsOf } from "./_fused-rules.ts";
import type { GraphNode } from "./_graph-node.ts";
import { elements, type Value } from "./_value.ts";
import { kernelOf } from "./_window-rules.ts";

export interface Formats {
  readonly weights: Storage;
  readonly activations: Storage;
  readonly compute: Precision;
}

export interface Cost {
  readonly work: NodeWork;
  readonly formats: Formats;
  /** Where weights are packed, how many there are. */
  readonly parameters?: number;
}

type CostRule = (node: GraphNode, outputs: readonly Value[]) => Cost;

/** The work of a node: its traffic, where shapes for more are missing. */
export function costsOf(node: GraphNode, outputs: readonly Value[]): readonly Cost[] {
  const rule = COSTS.get(node.operator) ?? traffic;
  return [...projections(node), rule(node, outputs)];
}

/** A view of its input, or a value that costs nothing to make. */
export function isView(node: GraphNode, outputs: readonly Value[]): boolean {
  if (VIEWS.has(node.operator)) return true;
  return node.operator.startsWith("Cast") && outputs[0]?.type === node.type(0);
}

/** Operators whose shapes are known and whose arithmetic is not: which experts a token meets is in no shape. */
export function isOnlyShaped(operator: string): boolean {
  return operator === "MoE" || operator === "QMoE";
}

export function isPointwise(operator: string): boolean {
  return POINTWISE.has(operator);
}

const VIEWS = words(`Constant Reshape Squeeze Unsqueeze Flatten Identity Dropout Shape Size Optional
  OptionalGetElement OptionalHasElement SequenceConstruct SequenceEmpty SequenceInsert SequenceErase
  SequenceAt SequenceLength`);

const POINTWISE =
  words(`Add Sub Mul Div Pow Mod BitShift BitwiseAnd BitwiseOr BitwiseXor PRelu Max Min
  Mean Sum And Or Xor Equal Less LessOrEqual Greater GreaterOrEqual Where Cast CastLike Abs Acos Acosh
  Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish
  LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign
  Sqrt Swish Tan Tanh ThresholdedRelu IsNaN IsInf BatchNormalization QuantizeLinear DequantizeLinear
  BiasGelu FastGelu QuickGelu QLinearAdd QLinearMul QLinearSigmoid QLinearLeakyRelu`);

/** Values are moved, not computed. */
const MOVES =
  words(`Transpose Concat Slice Gather GatherElements GatherND Expand Tile ConstantOfShape
  Range Split Pad DepthToSpace SpaceToDepth OneHot EyeLike Compress CenterCropPad Scatter
  ScatterElements ScatterND TensorScatter ReverseSequence Trilu ConcatFromSequence SplitToSequence
  QLinearConcat ArrayFeatureExtractor Crop`);

/** Arithmetic a value written, where it is not 1; statistics, scale and shift of a norm are 5. */
const FLOPS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    BatchNormalization: 2,
    Softmax: 5,
    LogSoftmax: 5,
    QLinearSoftmax: 5,
    LayerNormalization: 5,
    RMSNormalization: 5,
    SimplifiedLayerNormalization: 5,
    InstanceNormalization: 5,
    GroupNormalization: 5,
    GroupNorm: 5,
    MeanVarianceNormalization: 5,
    LpNormalization: 5,
    SkipLayerNormalization: 6,
    SkipSimplifiedLayerNormalization: 6,
    EmbedLayerNormalization: 7,
    RotaryEmbedding: 3,
  }),
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/u));
}

/** Work whose cost is its traffic. */
function traffic(node: GraphNode, outputs: readonly Value[]): Cost {
  const written = outputs.reduce((sum, output) => sum + (elements(output) ?? 0), 0);
  const given = node.inputs.reduce((sum, input) => sum + live(input), 0);
  const moves = MOVES.has(node.operator);
  const read = moves ? Math.min(given, written) : given;
  const flops = moves ? 0 : arithmetic(node, outputs, given);
  const joins = node.operator === "Concat" ? { joins: true } : {};
  const work = { kind: "elementwise", read, written, flops, ...joins } as const;
  return { work, formats: ofValues(widest(node.input(0), outputs[0])) };
}

function live(input: Value | null): number {
  return input?.stored === undefined ? (elements(input) ?? 0) : 0;
}

function arithmetic(node: GraphNode, outputs: readonly Value[], given: number): number {
  const { operator } = node;
  const first = elements(outputs[0]) ?? 0;
  if (/^(?:QLinear)?Global|^Reduce|^Arg|^TopK$|^Cum|Loss$|^NonZero$/u.test(operator)) return given;
  if (operator.endsWith("Pool")) return first * product(node.wholes("kernel_shape") ?? [1]);
  if (operator === "LRN") return first * (2 * node.whole("size", 1) + 3);
  return first * (FLOPS.get(operator) ?? 1);
}

function widest(a: Value | null | undefined, b: Value | null | undefined): number {
  const [left, right] = [a?.type ?? 0, b?.type ?? 0];
  return elementType(left).bits >= elementType(right).bits ? left : right;
}

function ofValues(type: number): Formats {
  const storage = storageOf(type);
  return { weights: storage, activations: storage, compute: elementType(type).compute ?? "fp32" };
}

/** What a product is computed in: the narrow type where both sides are kept in it, else the wide one. */
function ofProduct(x: Value | null, w: Value | null): Formats {
  const [a, b] = [x?.quantised ?? x?.type ?? 0, w?.quantised ?? w?.type ?? 0];
  const isNarrow = !isFloatType(a) && !isFloatType(b) && elementType(b).bits <= 8;
  const wide = elementType(isFloatType(x?.type ?? 0) ? (x?.type ?? 0) : widest(x, w)).compute;
  const narrow = elementType(elementType(a).bits >= elementType(b).bits ? a : b).compute;
  return {
    weights: storageOf(b),
    activations: storageOf(isNarrow ? a : (x?.type ?? 0)),
    compute: (isNarrow ? narrow : wide) ?? "fp32",
  };
}

function sizes(value: Value | null | undefined): readonly number[] | null {
  const shape = value?.shape ?? null;
  return shape?.every((size) => typeof size === "number") ? shape : null;
}

/** Several images are one taller one. */
const convolution: CostRule = (node, [output]) => {
  const isTransposed = node.operator === "ConvTranspose";
  const w = node.operator.startsWith("QLinear") ? 3 : 1;
  const [x, weights, y] = [sizes(node.input(0)), sizes(node.input(w)), sizes(output)];
  const kernel = kernelOf(node, weights);
  if (x === null || y === null || kernel === null) return traffic(node, output ? [output] : []);
  const [batch = 1, channelsIn = 1, ...input] = x;
  const [, channelsOut = 1, ...size] = y;
  const stacked = ([tall = 1, ...rest]: readonly number[]) => [batch * tall, ...rest];
  const work = {
    kind: "convolution",
    channelsIn,
    channelsOut,
    kernel,
    input: stacked(input),
    output: stacked(size),
    groups: node.whole("group", 1),
    transposed: isTransposed,
  } as const;
  return { work, formats: ofProduct(node.input(0), node.input(w)) };
};

/** Inputs `a` and `b` of a product; `b` alone may be weights, and a product with weights first is turned. */
function matmul(a: number, b: number): CostRule {
  return (node, [output]) => {
    const [left, right] = [node.input(a), node.input(b)];
    const isFirst = left?.stored !== undefined && right?.stored === undefined;
    const [x, w] = isFirst ? [right, left] : [left, right];
    const [first, second, y] = [sizes(left), sizes(right), sizes(output)];
    if (first === null || second === null || y === null)
      return traffic(node, output ? [output] : []);
    const isTurnedA = node.whole("transA", 0) !== 0 && first.length > 1;
    const k = (isTurnedA ? first.at(-2) : first.at(-1)) ?? 1;
    const isTurnedB = node.whole("transB", 0) !== 0;
    const columns = second.length < 2 ? 1 : ((isTurnedB ? second.at(-2) : second.at(-1)) ?? 1);
    const rows = product(y) / Math.max(1, columns);
    const matrices = second.length > 2 ? product(second.slice(0, -2)) : 1;
    const batch = second.length > 2 ? Math.min(matrices, rows) : 1;
    const [m, n] = isFirst ? [columns, rows / batch] : [rows / batch, columns];
    const constant = w?.stored !== undefined;
    const work = { kind: "matmul", m, n, k, batch, constant } as const;
    return { work, formats: ofProduct(x, w) };
  };
}

const einsum: CostRule = (node, outputs) => {
  const shapes = node.inputs.map(sizes);
  const known = shapes.every((shape) => shape !== null) ? einsumProduct(node, shapes) : null;
  if (known === null) return traffic(node, outputs);
  const work = { kind: "matmul", ...known, constant: node.input(1)?.stored !== undefined } as const;
  return { work, formats: ofProduct(node.input(0), node.input(1)) };
};

/** Bits of a weight with its block's scale and zero point. */
const blockProduct: CostRule = (node, outputs) => {
  const [n, k] = [node.whole("N", 1), node.whole("K", 1)];
  const [bits, block] = [node.whole("bits", 4), Math.max(1, node.whole("block_size", 32))];
  const scale = elementType(node.type(2)).bits;
  const zero = node.input(3) === null ? 0 : bits;
  const y = elements(outputs[0]) ?? 0;
  const weights = { name: `int${bits}-g${block}`, bits: bits + (scale + zero) / block };
  const type = node.type(0);
  const wide = elementType(type).compute ?? "fp32";
  const compute = node.whole("accuracy_level", 0) === 4 ? "int8" : wide;
  const work = { kind: "matmul", m: y / Math.max(1, n), n, k, batch: 1, constant: true } as const;
  const formats = { weights, activations: storageOf(type), compute } as const;
  return { work, formats, parameters: n * k };
};

const GATES: ReadonlyMap<string, number> = new Map([
  ["LSTM", 4],
  ["GRU", 3],
  ["RNN", 1],
]);

/** Sequences of a batch are one longer one. */
const recurrent: CostRule = (node, outputs) => {
  const [x, y] = [sizes(node.input(0)), sizes(outputs[0])];
  if (x === null || y === null) return traffic(node, outputs);
  const directions = node.text("direction", "forward") === "bidirectional" ? 2 : 1;
  const work = {
    kind: "recurrent",
    steps: (x[0] ?? 1) * (x[1] ?? 1),
    input: x[2] ?? 1,
    hidden: y.at(-1) ?? 1,
    gates: GATES.get(node.operator) ?? 1,
    directions,
  } as const;
  return { work, formats: ofProduct(node.input(0), node.input(1)) };
};

const attention: CostRule = (node, outputs) => {
  const heads = headsOf(node);
  if (heads === null) return traffic(node, outputs);
  const { sequences, queries, keys, headDim, valueDim, kvHeads } = heads;
  const all = [sequences, queries, keys, headDim, valueDim];
  if (!all.every((size) => typeof size === "number")) return traffic(node, outputs);
  const [windows = 1, q = 1, k = 1, dim = 1, value = 1] = all as readonly number[];
  const shape = { queries: q, keys: k, heads: heads.heads, kvHeads, headDim: dim, valueDim: value };
  return {
    work: { kind: "attention", ...shape, windows },
    formats: ofValues(node.type(0)),
  };
};

/** The product that makes queries, keys and values, where it is part of the attention operator. */
function projections(node: GraphNode): readonly Cost[] {
  if (!/^Q?Attention$/u.test(node.operator) || node.input(1)?.stored === undefined) return [];
  const [x, w] = [sizes(node.input(0)), sizes(node.input(1))];
  if (x === null || w === null) return [];
  const [k = 1, n = 1] = w;
  const work = { kind: "matmul", m: product(x.slice(0, -1)), n, k, batch: 1 } as const;
  return [{ work: { ...work, constant: true }, formats: ofProduct(node.input(0), node.input(1)) }];
}

/** Rows of a table of weights; of any other input it is a move. */
const gather: CostRule = (node, outputs) => {
  const table = node.input(0);
  const shape = sizes(table);
  const isTable = table?.stored !== undefined && shape !== null && shape.length > 1;
  if (!isTable || node.whole("axis", 0) !== 0) return traffic(node, outputs);
  const [rows = 1, ...rest] = shape;
  const work = { kind: "gather", rows, width: product(rest), lookups: node.elements(1) } as const;
  const weights = storageOf(table.quantised ?? table.type);
  return { work, formats: { ...ofValues(outputs[0]?.type ?? 0), weights } };
};

const host: CostRule = (node) => ({
  work: { kind: "host", elements: node.elements(node.operator === "NonMaxSuppression" ? 1 : 0) },
  formats: ofValues(node.type(0)),
});

const COSTS: ReadonlyMap<string, CostRule> = new Map(
  (
    [
      [
        "Conv FusedConv NhwcFusedConv ConvInteger QLinearConv ConvTranspose DeformConv",
        convolution,
      ],
      ["MatMul MatMulInteger MatMulIntegerToFloat DynamicQuantizeMatMul", matmul(0, 1)],
      ["FusedMatMul TransposeMatMul Gemm FusedGemm", matmul(0, 1)],
      ["QLinearMatMul QGemm", matmul(0, 3)],
      ["MatMulNBits MatMulBnb4 MatMulFpQ4", blockProduct],
      ["Einsum", einsum],
      ["LSTM GRU RNN", recurrent],
      ["Attention MultiHeadAttention GroupQueryAttention", attention],
      ["QAttention DecoderMaskedMultiHeadAttention", attention],
      ["Gather GatherBlockQuantized", gather],
      ["NonMaxSuppression ImageDecoder Unique StringNormalizer StringSplit", host],
    ] as const
  ).flatMap(([names, rule]) => names.split(" ").map((name): [string, CostRule] => [name, rule])),
);
