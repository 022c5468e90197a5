/** Finds attention over a cache that grows by copying: keys and values joined to those of tokens before. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { floatsOf } from "../tensor.ts";
import { isOperator, wholeSetting, wholesSetting } from "../rewrites/_nodes.ts";

/** One layer's attention. Values have the dims [batch, heads, tokens, head]. */
export interface CachedAttention {
  readonly query: string;
  readonly key: CachedValue;
  readonly value: CachedValue;
  /** What scores are multiplied by before the shares. */
  readonly scale: number;
  readonly queryHeads: number;
  readonly heads: number;
  readonly head: number;
  /** The product of shares and values, and what it writes. */
  readonly product: NodeProto;
  readonly output: string;
}

export interface CachedValue {
  /** The input that holds tokens before. */
  readonly past: string;
  /** Of the new tokens. */
  readonly fresh: string;
  /** The output of both together, and the node that joins them. */
  readonly present: string;
  readonly join: NodeProto;
}

type Values = ReadonlyMap<string, InferredValue>;

/** The attention whose shares `softmax` computes; null where anything but a cache, a scale and a mask is in it. */
export function cachedAttention(
  graph: GraphDraft,
  softmax: NodeProto,
  values: Values,
): CachedAttention | null {
  const product = graph.onlyConsumer(softmax.output[0] ?? "");
  if (product === null || !isOperator(product, "MatMul") || !isOverLast(softmax, values))
    return null;
  const value = cachedValue(graph, product.input[1] ?? "");
  const scores = unmasked(graph, softmax.input[0] ?? "", values);
  if (value === null || scores === null) return null;
  const { product: dot, scale } = scores;
  const query = unscaled(graph, dot.input[0] ?? "");
  const turned = unscaled(graph, dot.input[1] ?? "");
  const turn = graph.producer(turned.value);
  if (turn?.opType !== "Transpose" || wholesSetting(turn, "perm")?.join(",") !== "0,1,3,2")
    return null;
  const keys = unscaled(graph, turn.input[0] ?? "");
  const key = cachedValue(graph, keys.value);
  const sizes = values.get(value.present)?.shape ?? [];
  const queryHeads = values.get(query.value)?.shape?.[1];
  const [, heads, , head] = sizes;
  if (key === null || typeof heads !== "number" || typeof head !== "number") return null;
  if (queryHeads !== heads || values.get(key.present)?.shape?.join() !== sizes.join()) return null;
  return {
    query: query.value,
    key,
    value,
    scale: scale * query.scale * turned.scale * keys.scale,
    queryHeads,
    heads,
    head,
    product,
    output: product.output[0] ?? "",
  };
}

function isOverLast(softmax: NodeProto, values: Values): boolean {
  const rank = values.get(softmax.input[0] ?? "")?.shape?.length ?? 4;
  const axis = wholeSetting(softmax, "axis", -1);
  return rank === 4 && (axis === -1 || axis === 3);
}

/** A value that is an input of the graph joined to new tokens, and an output. */
function cachedValue(graph: GraphDraft, value: string): CachedValue | null {
  const join = graph.producer(value);
  if (join === null || !isOperator(join, "Concat") || join.input.length !== 2) return null;
  const [past = "", fresh = ""] = join.input;
  const axis = wholeSetting(join, "axis", 0);
  const isInput = graph.proto.input.some(({ name }) => name === past);
  const isAlone = graph.consumers(past).length === 1;
  if (!isInput || !isAlone || !graph.isOutput(value) || (axis !== 2 && axis !== -2)) return null;
  return { past, fresh, present: value, join };
}

/** The product of queries and keys behind masks and scales. */
function unmasked(
  graph: GraphDraft,
  from: string,
  values: Values,
): { readonly product: NodeProto; readonly scale: number } | null {
  let [value, scale] = [from, 1];
  for (;;) {
    const node = graph.producer(value);
    if (node === null) return null;
    if (isOperator(node, "MatMul")) return { product: node, scale };
    const factor = factorOf(graph, node);
    const kept = factor === null ? maskedInput(graph, node, values) : node.input[0];
    if (kept === null || kept === undefined) return null;
    scale *= factor ?? 1;
    value = kept;
  }
}

/** A value before it was multiplied or divided by a constant. */
function unscaled(
  graph: GraphDraft,
  value: string,
): { readonly value: string; readonly scale: number } {
  const node = graph.producer(value);
  const factor = node === null ? null : factorOf(graph, node);
  if (node === null || factor === null) return { value, scale: 1 };
  return { value: node.input[0] ?? "", scale: factor };
}

/** What a node multiplies its first input by; null of one that does not scale. */
function factorOf(graph: GraphDraft, node: NodeProto): number | null {
  if (!isOperator(node, "Mul", "Div")) return null;
  const tensor = graph.constant(node.input[1] ?? "");
  const list = tensor === null ? null : floatsOf(tensor);
  const [factor] = list ?? [];
  if (factor === undefined || list?.length !== 1) return null;
  return node.opType === "Mul" ? factor : 1 / factor;
}

/** The scores that a mask is laid on: one mask for all heads, for a bias of each head is no mask. */
function maskedInput(graph: GraphDraft, node: NodeProto, values: Values): string | null {
  const { input } = node;
  const isForAllHeads = (name: string) => {
    const shape = values.get(name)?.shape ?? null;
    return shape !== null && (shape.length < 3 || shape.at(-3) === 1);
  };
  if (isOperator(node, "Add")) {
    const scores = input.find((name) => !isForAllHeads(name));
    const mask = input.find((name) => isForAllHeads(name));
    return scores === undefined || mask === undefined ? null : scores;
  }
  if (!isOperator(node, "Where") || !isForAllHeads(input[0] ?? "")) return null;
  const lowest = (name: string | undefined) => {
    const tensor = graph.constant(name ?? "");
    return tensor !== null && (floatsOf(tensor)?.every((each) => each <= -1e4) ?? false);
  };
  return lowest(input[2]) ? (input[1] ?? null) : lowest(input[1]) ? (input[2] ?? null) : null;
}
