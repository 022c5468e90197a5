/** Fused operators of transformers, in ONNX itself and in ONNX Runtime's own domain. */
import { plus, quotient, times, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import type { GraphNode, Rule, Rules } from "./_graph-node.ts";
import { broadcast, tensor } from "./_value.ts";

const first: Rule = (node) => [tensor(node.type(0), node.shape(0))];

/** The sum, its norm, and statistics nobody reads; the sum is the fourth result. */
const skipNorm: Rule = (node) => {
  const shape = node.shape(0);
  const kept = shape && shape.map((size, axis) => (axis < shape.length - 1 ? size : 1));
  const whole = tensor(node.type(0), shape);
  return [whole, tensor(TYPE.float, kept), tensor(TYPE.float, kept), whole];
};

/** Key-value heads and the size of one, of a cache or of packed projections. */
export interface Heads {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: Dim;
  readonly valueDim: Dim;
  readonly sequences: Dim;
  readonly queries: Dim;
  /** Past ones included. */
  readonly keys: Dim;
}

/** [batch, tokens, heads × size] of one input, or [batch, heads, tokens, size]. */
function parts(shape: readonly Dim[], heads: number): readonly [Dim, Dim, Dim] {
  const [batch = 1, second = 1, third = 1, fourth] = shape;
  if (fourth !== undefined) return [batch, third, fourth];
  return [batch, second, quotient(third, heads)];
}

/** What attention `node` computes: null where shapes or heads are missing. */
export function headsOf(node: GraphNode): Heads | null {
  const query = node.shape(0);
  if (query === null) return null;
  switch (node.operator) {
    case "Attention":
      return node.has("num_heads") ? packedHeads(node, query) : plainHeads(node, query);
    case "QAttention":
      return packedHeads(node, query);
    case "GroupQueryAttention":
      return groupedHeads(node, query);
    default:
      return separateHeads(node, query);
  }
}

/** ONNX Runtime's: one product makes queries, keys and values, inside the operator. */
function packedHeads(node: GraphNode, query: readonly Dim[]): Heads {
  const heads = Math.max(1, node.whole("num_heads", 1));
  const [batch = 1, tokens = 1] = query;
  const columns = node.shape(1)?.at(-1) ?? 1;
  const sizes = node.wholes("qkv_hidden_sizes");
  const headDim = sizes === null ? quotient(columns, 3 * heads) : (sizes[0] ?? 1) / heads;
  const valueDim = sizes === null ? headDim : (sizes[2] ?? 1) / heads;
  const past = node.shape(4)?.[3] ?? 0;
  const keys = plus(tokens, past);
  return { heads, kvHeads: heads, headDim, valueDim, sequences: batch, queries: tokens, keys };
}

function separateHeads(node: GraphNode, query: readonly Dim[]): Heads {
  const heads = Math.max(1, node.whole("num_heads", 1));
  const isPacked = query.length === 5;
  const [batch, queries, headDim] = isPacked
    ? [query[0] ?? 1, query[1] ?? 1, query[4] ?? 1]
    : parts(query, heads);
  const key = node.shape(1);
  const value = node.shape(2);
  const past = node.shape(6)?.[2] ?? 0;
  const [, own] = key === null ? [batch, queries] : parts(key, heads);
  const [, , valueDim] = value === null ? [batch, 1, headDim] : parts(value, heads);
  const keys = plus(own, past);
  return { heads, kvHeads: heads, headDim, valueDim, sequences: batch, queries, keys };
}

function groupedHeads(node: GraphNode, query: readonly Dim[]): Heads {
  const heads = Math.max(1, node.whole("num_heads", 1));
  const kvHeads = Math.max(1, node.whole("kv_num_heads", heads));
  const [batch = 1, queries = 1, width = 1] = query;
  const isPacked = node.input(1) === null;
  const headDim = quotient(width, isPacked ? heads + 2 * kvHeads : heads);
  const past = node.shape(3)?.[2] ?? 0;
  const total = node.input(6)?.contents?.[0];
  const keys = total ?? plus(past, queries);
  return { heads, kvHeads, headDim, valueDim: headDim, sequences: batch, queries, keys };
}

/** ONNX's own operator (opset 23): heads are a dimension, or attributes say how many there are. */
function plainHeads(node: GraphNode, query: readonly Dim[]): Heads | null {
  const [key, value] = [node.shape(1), node.shape(2)];
  if (key === null || value === null) return null;
  const isSplit = query.length === 4;
  const number = (given: Dim | undefined, name: string) =>
    isSplit && typeof given === "number" ? given : Math.max(1, node.whole(name, 1));
  const heads = number(query[1], "q_num_heads");
  const kvHeads = number(key[1], "kv_num_heads");
  const [sequences, queries, headDim] = parts(query, heads);
  const [, own] = parts(key, kvHeads);
  const [, , valueDim] = parts(value, kvHeads);
  const keys = plus(own, node.shape(4)?.[2] ?? 0);
  return { heads, kvHeads, headDim, valueDim, sequences, queries, keys };
}

const attention: Rule = (node) => {
  const heads = headsOf(node);
  const type = node.type(0);
  if (heads === null) return [tensor(type, null)];
  const { sequences, queries, keys, headDim, valueDim, kvHeads } = heads;
  const isSplit = node.operator === "Attention" && node.shape(0)?.length === 4;
  const width = times(valueDim, heads.heads);
  const result = isSplit
    ? [sequences, heads.heads, queries, valueDim]
    : [sequences, queries, width];
  const isJoint =
    node.operator === "QAttention" || (node.has("num_heads") && node.operator === "Attention");
  const key = isJoint
    ? [2, sequences, heads.heads, keys, headDim]
    : [sequences, kvHeads, keys, headDim];
  return [
    tensor(type, result),
    tensor(type, key),
    tensor(type, [sequences, kvHeads, keys, valueDim]),
    tensor(type, [sequences, heads.heads, queries, keys]),
  ];
};

const embedNorm: Rule = (node) => {
  const [ids, table] = [node.shape(0), node.shape(2)];
  if (ids === null || table === null) return [tensor(node.type(2), null)];
  const whole = tensor(node.type(2), [...ids, table[1] ?? 1]);
  return [whole, tensor(TYPE.int32, [ids[0] ?? 1]), whole];
};

const stretching: Rule = (node) => {
  const [a, b] = [node.shape(0), node.shape(node.operator.startsWith("QLinear") ? 3 : 1)];
  if (a === null || b === null) return [tensor(node.type(0), null)];
  const shape = broadcast([a, b]);
  if (shape === null) node.refuse("shapes that stretch to one", [a, b]);
  return [tensor(node.type(0), shape)];
};

const quantisedConcat: Rule = (node) => {
  const shapes = node.inputs.flatMap((input, place) =>
    place >= 2 && (place - 2) % 3 === 0 ? [input?.shape ?? null] : [],
  );
  const [shape] = shapes;
  if (!shape || !shapes.every((each) => each !== null)) return [tensor(TYPE.uint8, null)];
  const axis = node.axis(node.whole("axis", 0), shape.length);
  const total = shapes.map((each) => each[axis] ?? 1).reduce<Dim>(plus, 0);
  return [tensor(node.type(2), shape.toSpliced(axis, 1, total))];
};

const quantisedGlobalPool: Rule = (node) => {
  const shape = node.shape(0);
  return [tensor(node.type(0), shape && shape.map((size, axis) => (axis < 2 ? size : 1)))];
};

const gatherBlocks: Rule = (node) => {
  const [table, indices] = [node.shape(0), node.shape(1)];
  const last = table?.at(-1);
  if (table === null || indices === null || last === undefined) return null;
  const packed = node.type(0) === TYPE.uint8 ? 8 / node.whole("bits", 4) : 1;
  return [tensor(node.type(2), [...indices, times(last, packed)])];
};

export const FUSED_RULES: Rules = [
  ["BiasGelu FastGelu QuickGelu BiasSoftmax BiasSplitGelu QLinearSigmoid", first],
  ["QLinearLeakyRelu QLinearSoftmax GroupNorm SkipGroupNorm BifurcationDetector", first],
  ["MoE QMoE", first],
  ["SkipLayerNormalization SkipSimplifiedLayerNormalization", skipNorm],
  ["Attention QAttention MultiHeadAttention GroupQueryAttention", attention],
  ["DecoderMaskedMultiHeadAttention", attention],
  ["EmbedLayerNormalization", embedNorm],
  ["QLinearAdd QLinearMul", stretching],
  ["QLinearConcat", quantisedConcat],
  ["QLinearGlobalAveragePool", quantisedGlobalPool],
  ["GatherBlockQuantized", gatherBlocks],
];
