/** Which values of a graph are carried in 8 bits, so that engines find whole runs of operators they have in 8 bits. */
import type { NodeProto } from "onnx-buf";
import { inOrder } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { floatsOf } from "../tensor.ts";
import type { Layer } from "./_layers.ts";
import { isStandard, realSetting } from "../rewrites/_nodes.ts";

export interface Placement {
  /** Values in 8 bits, each with the value whose range decides its scale: mostly itself. */
  readonly carried: ReadonlyMap<string, string>;
  /** Activations that a range from zero on does the work of, by the node before them. */
  readonly absorbed: ReadonlyMap<NodeProto, NodeProto>;
  /** Nodes that compute in 8 bits. */
  readonly units: ReadonlySet<NodeProto>;
}

/** Operators whose outputs hold numbers of their first input alone: scale and zero point stay. */
const SAME_SCALE: ReadonlyMap<string, number> = new Map([
  ["MaxPool", 12],
  ["Resize", 10],
  ["Reshape", 1],
  ["Flatten", 1],
  ["Squeeze", 1],
  ["Unsqueeze", 1],
  ["Transpose", 1],
  ["DepthToSpace", 13],
  ["Slice", 1],
]);

/** Operators that ONNX Runtime has in 8 bits and that compute. */
const COMPUTING: ReadonlySet<string> = new Set([
  "Add",
  "Mul",
  "Concat",
  "AveragePool",
  "GlobalAveragePool",
  "Sigmoid",
  "LeakyRelu",
]);

/** Operators whose clipping at zero the next scale may do. */
const CLIPPABLE: ReadonlySet<string> = new Set(["Conv", "Gemm", "MatMul", "Add", "Mul", "Concat"]);

/** What may be carried: values of a range that is known, and what lies between layers where `chained`. */
export interface PlacementRules {
  readonly isKnown: (value: string) => boolean;
  readonly chained: boolean;
  readonly opset: number;
}

/** Where `layers`, all of whose ranges are known, are put into 8 bits. */
export function placement(
  graph: GraphDraft,
  layers: readonly Layer[],
  rules: PlacementRules,
): Placement {
  const carried = new Map<string, string>();
  const carry = (value: string, root = value) => carried.set(value, carried.get(root) ?? root);
  for (const layer of layers) for (const value of valuesOf(graph, layer)) carry(value);
  const units = new Set(layers.map(({ node }) => node));
  const follows = rules.chained ? followers(graph, new Set(carried.keys()), units, rules) : [];
  for (const node of follows) units.add(node);
  for (const node of follows) {
    const output = unitOutput(graph, node);
    carry(output, SAME_SCALE.has(node.opType) ? node.input[0] : output);
  }
  const absorbed = new Map<NodeProto, NodeProto>();
  for (const node of units) {
    const activation = clipAfter(graph, node);
    if (activation !== null && carried.has(activation.output[0] ?? ""))
      absorbed.set(node, activation);
  }
  return { carried, absorbed, units };
}

/** Values that a layer needs in 8 bits: a convolution has no other output, a product of matrices has. */
export function valuesOf(graph: GraphDraft, { kind, input, node }: Layer): readonly string[] {
  return kind === "Conv" ? [input, unitOutput(graph, node)] : [input];
}

/** Nodes all of whose inputs are in 8 bits already, and that lead to one which reads 8 bits. */
function followers(
  graph: GraphDraft,
  carried: Set<string>,
  layers: ReadonlySet<NodeProto>,
  rules: PlacementRules,
): readonly NodeProto[] {
  const found: NodeProto[] = [];
  for (const node of inOrder([...graph.nodes])) {
    if (layers.has(node) || !canFollow(graph, node, carried, rules)) continue;
    carried.add(unitOutput(graph, node));
    found.push(node);
  }
  const kept = new Set(layers);
  for (const node of found.toReversed()) {
    const readers = graph.consumers(unitOutput(graph, node));
    if (readers.some((reader) => kept.has(reader))) kept.add(node);
  }
  return found.filter((node) => kept.has(node));
}

function canFollow(
  graph: GraphDraft,
  node: NodeProto,
  carried: ReadonlySet<string>,
  { isKnown, opset }: PlacementRules,
): boolean {
  if (!isStandard(node) || node.output.length !== 1) return false;
  const since = SAME_SCALE.get(node.opType);
  if (since !== undefined) return opset >= since && carried.has(node.input[0] ?? "");
  return (
    COMPUTING.has(node.opType) &&
    node.input.every((name) => carried.has(name)) &&
    isKnown(unitOutput(graph, node))
  );
}

/** What `node` writes, or what the activation writes that its scale stands for. */
function unitOutput(graph: GraphDraft, node: NodeProto): string {
  return (clipAfter(graph, node) ?? node).output[0] ?? "";
}

/** The Relu, or Clip from zero on, that alone reads `node`. */
function clipAfter(graph: GraphDraft, node: NodeProto): NodeProto | null {
  if (!CLIPPABLE.has(node.opType)) return null;
  const next = graph.onlyConsumer(node.output[0] ?? "");
  if (next === null || !isStandard(next)) return null;
  if (next.opType === "Relu") return next;
  return next.opType === "Clip" && clipsAtZero(graph, next) ? next : null;
}

function clipsAtZero(graph: GraphDraft, clip: NodeProto): boolean {
  const [, least = ""] = clip.input;
  if (least === "") return realSetting(clip, "min", -1) === 0;
  const tensor = graph.constant(least);
  return tensor !== null && floatsOf(tensor)?.[0] === 0;
}
