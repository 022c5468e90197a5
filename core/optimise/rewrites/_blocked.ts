/** Values that ONNX Runtime keeps in blocks of channels on x86, and what a rewrite must know of them. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { isOperator, textSetting, wholeSetting } from "./_nodes.ts";
import type { Lay } from "./_affine.ts";
import type { Around } from "./rewrite.ts";

/** Channels that lie together with AVX-512; what fills these whole fills the 8 of AVX2 too. */
const BLOCK = 16;

/** Operators that give blocks for blocks; a Clip where it follows a convolution. */
const KEEP = [
  "Relu",
  "Sigmoid",
  "Tanh",
  "Clip",
  "HardSigmoid",
  "MaxPool",
  "AveragePool",
  "BatchNormalization",
  "Resize",
];

/** The lay of a value of four axes whose channels are known; null of others. */
export function imageLay(value: InferredValue | undefined): Lay | null {
  const channels = value?.shape?.[1];
  return value?.shape?.length === 4 && typeof channels === "number"
    ? { rank: 4, axis: 1, channels }
    : null;
}

/**
 * Whether the engine has `value` in blocks. Source: microsoft/onnxruntime,
 * onnxruntime/core/optimizer/nchwc_transformer.cc: what a convolution writes, and what keeps its layout.
 */
export function isBlocked(
  graph: GraphDraft,
  around: Pick<Around, "values">,
  value: string,
  known: Map<string, boolean> = new Map<string, boolean>(),
): boolean {
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, false);
  const node = graph.producer(value);
  const shapeOf = (name: string) => around.values.get(name)?.shape?.join();
  const isIn = (name = "") => isBlocked(graph, around, name, known);
  const found = node !== null && keepsBlocks(graph, node, { shapeOf, isIn });
  known.set(value, found);
  return found;
}

interface Asked {
  readonly shapeOf: (name: string) => string | undefined;
  readonly isIn: (name: string | undefined) => boolean;
}

function keepsBlocks(graph: GraphDraft, node: NodeProto, { shapeOf, isIn }: Asked): boolean {
  if (isOperator(node, "Conv")) return isBlockedConv(graph, node);
  if (isOperator(node, "Add", "Mul")) {
    const [a, b] = node.input.map(shapeOf);
    return (a === undefined || b === undefined || a === b) && node.input.every(isIn);
  }
  if (isOperator(node, "Concat")) {
    return wholeSetting(node, "axis", 0) === 1 && node.input.every(isIn);
  }
  if (isOperator(node, "Resize") && textSetting(node, "mode", "nearest") !== "nearest")
    return false;
  return isOperator(node, ...KEEP) && isIn(node.input[0]);
}

function isBlockedConv(graph: GraphDraft, node: NodeProto): boolean {
  const dims = graph.constant(node.input[1] ?? "")?.dims.map(Number) ?? [];
  const [channels = 0, inputs = 0] = dims;
  const isDense = wholeSetting(node, "group", 1) === 1 && (inputs < BLOCK || inputs % BLOCK === 0);
  return dims.length === 4 && channels % BLOCK === 0 && (isDense || inputs === 1);
}
