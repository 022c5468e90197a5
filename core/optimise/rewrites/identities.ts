/** Nodes that give what they are given are left out. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, floatsOf, wholesOf } from "../tensor.ts";
import { isOperator, wholeSetting, wholesSetting } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const identities: Rewrite = {
  name: "identities",
  summary: "nodes that give what they are given, and pairs that undo each other, are left out",
  exactness: "lossless",
  apply: nodeByNode(leaveOut),
};

function leaveOut(graph: GraphDraft, node: NodeProto, around: Around): void {
  const value = passed(graph, node, around);
  const isAlone = node.output.slice(1).every((name) => name === "" || !isRead(graph, name));
  if (value === null || !isAlone) return;
  graph.bypass(node, value, `${node.opType} gave what it was given`);
}

function isRead(graph: GraphDraft, name: string): boolean {
  return graph.isOutput(name) || graph.consumers(name).length > 0;
}

/** The name of the value that a node passes on; null where it computes something. */
function passed(graph: GraphDraft, node: NodeProto, { values, draft }: Around): string | null {
  const [first = ""] = node.input;
  if (isOperator(node, "Identity")) return first;
  if (isOperator(node, "Dropout")) return isDropping(graph, node) ? null : first;
  if (isOperator(node, "Add", "Sub", "Mul", "Div", "Pow")) return neutral(graph, node, values);
  if (isOperator(node, "Concat", "Sum", "Max", "Min", "Mean")) {
    return node.input.length === 1 ? first : null;
  }
  if (isOperator(node, "Cast")) {
    const type = values.get(first)?.type ?? 0;
    return type !== 0 && type === wholeSetting(node, "to", 0)
      ? first
      : castBack(graph, node, values);
  }
  if (isOperator(node, "Transpose")) return turnedBack(graph, node);
  if (isOperator(node, "Reshape", "Expand", "Flatten", "Squeeze", "Unsqueeze", "Slice")) {
    const [before, after] = [first, node.output[0] ?? ""].map((name) => values.get(name));
    const isSame = before !== undefined && after !== undefined && isSameShape(before, after);
    if (!isSame) return null;
    return node.opType !== "Slice" || isForward(graph, node, draft.opset()) ? first : null;
  }
  return null;
}

/** Of a shape all of which is known, by number or by symbol. */
function isSameShape(a: InferredValue, b: InferredValue): boolean {
  if (a.shape === null || b.shape === null || a.shape.length !== b.shape.length) return false;
  return a.shape.every((size, axis) => size === b.shape?.[axis]);
}

/** A slice of all of an axis is the axis, unless it goes backwards. */
function isForward(graph: GraphDraft, node: NodeProto, opset: number): boolean {
  if (opset < 10 || (node.input[4] ?? "") === "") return true;
  const steps = graph.constant(node.input[4] ?? "");
  return steps !== null && wholesOf(steps)?.every((step) => step === 1) === true;
}

/** Dropping happens in training alone, which a constant or nothing says. */
function isDropping(graph: GraphDraft, node: NodeProto): boolean {
  const [, , training = ""] = node.input;
  if (training === "") return false;
  const tensor = graph.constant(training);
  return tensor === null || wholesOf(tensor)?.[0] !== 0;
}

/** x + 0, x - 0, x * 1, x / 1 and x to the power of 1, where the result is not larger than x. */
function neutral(
  graph: GraphDraft,
  node: NodeProto,
  values: ReadonlyMap<string, InferredValue>,
): string | null {
  const [a = "", b = ""] = node.input;
  const wanted = isOperator(node, "Add", "Sub") ? 0 : 1;
  const isEither = isOperator(node, "Add", "Mul");
  const pairs = isEither ? [[a, b] as const, [b, a] as const] : [[a, b] as const];
  for (const [value, other] of pairs) {
    const tensor = graph.constant(other);
    if (tensor === null || graph.constant(value) !== null) continue;
    const contents = floatsOf(tensor) ?? wholesOf(tensor) ?? [];
    const rank = values.get(value)?.shape?.length ?? 0;
    const isNeutral = contents.length === 1 && contents[0] === wanted;
    if (isNeutral && tensor.dims.length <= rank) return value;
  }
  return null;
}

/** A cast back to what it was, from a type that holds all of it. */
function castBack(
  graph: GraphDraft,
  node: NodeProto,
  values: ReadonlyMap<string, InferredValue>,
): string | null {
  const before = graph.producer(node.input[0] ?? "");
  if (before === null || !isOperator(before, "Cast")) return null;
  const [value = ""] = before.input;
  const type = values.get(value)?.type ?? 0;
  const over = wholeSetting(before, "to", 0);
  return type === wholeSetting(node, "to", 0) && WIDER.get(type)?.includes(over) === true
    ? value
    : null;
}

/** Types that hold every value of a type. */
const WIDER: ReadonlyMap<number, readonly number[]> = new Map<number, readonly number[]>([
  [ELEMENT.half, [ELEMENT.float, ELEMENT.double]],
  [ELEMENT.bfloat, [ELEMENT.float, ELEMENT.double]],
  [ELEMENT.float, [ELEMENT.double]],
  [ELEMENT.int32, [ELEMENT.int64, ELEMENT.double]],
  [ELEMENT.uint8, [ELEMENT.int32, ELEMENT.int64, ELEMENT.float, ELEMENT.double]],
  [ELEMENT.int8, [ELEMENT.int32, ELEMENT.int64, ELEMENT.float, ELEMENT.double]],
  [ELEMENT.bool, [ELEMENT.uint8, ELEMENT.int8, ELEMENT.int32, ELEMENT.int64, ELEMENT.float]],
]);

/** A Transpose that changes nothing, or that takes the one before it back. */
function turnedBack(graph: GraphDraft, node: NodeProto): string | null {
  const [input = ""] = node.input;
  const turn = wholesSetting(node, "perm");
  if (turn === null) return null;
  if (turn.every((axis, place) => axis === place)) return input;
  const before = graph.producer(input);
  if (before === null || !isOperator(before, "Transpose")) return null;
  const first = wholesSetting(before, "perm");
  const isBack = first !== null && turn.every((axis, place) => first[axis] === place);
  return isBack ? (before.input[0] ?? null) : null;
}
