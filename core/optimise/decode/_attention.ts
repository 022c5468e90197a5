/** Finds attention over a cache that grows by copying: keys and values joined to those of tokens before. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, floatsOf } from "../tensor.ts";
import { isOperator, wholeSetting, wholesSetting } from "../rewrites/_nodes.ts";

/** One layer's attention. Values have the dims [batch, heads, tokens, head]. */
export interface CachedAttention {
  readonly query: string;
  readonly key: CachedValue;
  readonly value: CachedValue;
  /** What scores are multiplied by before the shares. */
  readonly scale: number;
  /** What is laid on scores after that, but for a mask that hides later tokens. */
  readonly masks: readonly Mask[];
  readonly queryHeads: number;
  readonly heads: number;
  readonly head: number;
  /** The product of shares and values, and what it writes. */
  readonly product: NodeProto;
  readonly output: string;
}

/** Added to scores; of a choice, the condition and what scores become where it says so. */
export type Mask =
  | { readonly kind: "added"; readonly value: string }
  | { readonly kind: "chosen"; readonly node: NodeProto; readonly scoresAt: 1 | 2 };

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
  const value = cachedValue(graph, unrepeated(graph, product.input[1] ?? "", values));
  const scores = unmasked(graph, softmax.input[0] ?? "", values);
  if (value === null || scores === null) return null;
  const { product: dot, scale, masks } = scores;
  const query = unscaled(graph, dot.input[0] ?? "");
  const turned = unscaled(graph, dot.input[1] ?? "");
  const turn = graph.producer(turned.value);
  if (turn?.opType !== "Transpose" || wholesSetting(turn, "perm")?.join(",") !== "0,1,3,2")
    return null;
  const keys = unscaled(graph, turn.input[0] ?? "");
  const key = cachedValue(graph, unrepeated(graph, keys.value, values));
  const sizes = values.get(value.present)?.shape ?? [];
  const queryHeads = values.get(query.value)?.shape?.[1];
  const [, heads, , head] = sizes;
  if (key === null || typeof heads !== "number" || typeof head !== "number") return null;
  if (typeof queryHeads !== "number" || queryHeads % heads !== 0) return null;
  if (values.get(key.present)?.shape?.join() !== sizes.join()) return null;
  return {
    query: query.value,
    key,
    value,
    scale: scale * query.scale * turned.scale * keys.scale,
    masks,
    queryHeads,
    heads,
    head,
    product,
    output: product.output[0] ?? "",
  };
}

/** Heads before each was repeated for several queries, as exporters spell it: set apart, spread, and joined. */
function unrepeated(graph: GraphDraft, value: string, values: Values): string {
  const joined = graph.producer(value);
  const spread = joined === null ? null : graph.producer(joined.input[0] ?? "");
  const apart = spread === null ? null : graph.producer(spread.input[0] ?? "");
  if (joined === null || spread === null || apart === null) return value;
  const isSpelt =
    isOperator(joined, "Reshape") && isOperator(spread, "Expand") && isOperator(apart, "Unsqueeze");
  const [heads = ""] = apart.input;
  const shapeOf = (name: string | undefined) => values.get(name ?? "")?.shape ?? [];
  const [batch, count, ...rest] = shapeOf(heads);
  const times = shapeOf(spread.output[0])[2];
  const isRepeated =
    shapeOf(apart.output[0]).join() === [batch, count, 1, ...rest].join() &&
    shapeOf(spread.output[0]).join() === [batch, count, times, ...rest].join() &&
    shapeOf(value).join() === [batch, Number(count) * Number(times), ...rest].join();
  return isSpelt && isRepeated ? heads : value;
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

interface Scores {
  readonly product: NodeProto;
  readonly scale: number;
  readonly masks: readonly Mask[];
}

/** The product of queries and keys behind masks, and behind scales further back. */
function unmasked(graph: GraphDraft, from: string, values: Values): Scores | null {
  const masks: Mask[] = [];
  let [value, scale] = [from, 1];
  for (;;) {
    const node = graph.producer(value);
    if (node === null) return null;
    if (isOperator(node, "MatMul")) return { product: node, scale, masks };
    const factor = factorOf(graph, node);
    if (factor === null) {
      const mask = scale === 1 ? maskOf(graph, node, values) : null;
      if (mask === null) return null;
      const isAdded = mask.kind === "added";
      value = node.input[isAdded ? (node.input[0] === mask.value ? 1 : 0) : mask.scoresAt] ?? "";
      if (isAdded || !isCausal(graph, node.input[0] ?? "")) masks.push(mask);
    } else {
      scale *= factor;
      value = node.input[0] ?? "";
    }
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

/** What a node lays on scores: one mask for all heads, for a bias of each head is no mask. */
function maskOf(graph: GraphDraft, node: NodeProto, values: Values): Mask | null {
  const { input } = node;
  const isForAllHeads = (name: string) => {
    const shape = values.get(name)?.shape ?? null;
    return shape !== null && (shape.length < 3 || shape.at(-3) === 1);
  };
  if (isOperator(node, "Add")) {
    const scores = input.find((name) => !isForAllHeads(name));
    const value = input.find((name) => isForAllHeads(name));
    return scores === undefined || value === undefined ? null : { kind: "added", value };
  }
  if (!isOperator(node, "Where") || !isForAllHeads(input[0] ?? "")) return null;
  const isLowest = (name: string | undefined) => {
    const tensor = graph.constant(name ?? "");
    return tensor !== null && (floatsOf(tensor)?.every((each) => each <= -1e4) ?? false);
  };
  if (isLowest(input[2])) return { kind: "chosen", node, scoresAt: 1 };
  return isLowest(input[1]) ? { kind: "chosen", node, scoresAt: 2 } : null;
}

/** Whether a condition is cut out of a constant that is true up to the diagonal: what the operator does itself. */
function isCausal(graph: GraphDraft, condition: string): boolean {
  let name = condition;
  for (let node = graph.producer(name); node !== null; node = graph.producer(name)) {
    if (!isOperator(node, "Slice")) return false;
    name = node.input[0] ?? "";
  }
  const tensor = graph.constant(name);
  if (tensor === null || tensor.dataType !== ELEMENT.bool) return false;
  const { rawData } = tensor;
  const [rows, columns] = dimsOf(tensor).slice(-2);
  if (rows === undefined || rows !== columns || rawData.length !== rows * rows) return false;
  return rawData.every((flag, at) => (flag !== 0) === at % rows <= Math.floor(at / rows));
}
