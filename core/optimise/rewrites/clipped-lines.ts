/**
 * Arithmetic with constants and clips after a layer that is linear becomes its weights and one Clip, which an
 * engine computes with the layer: HardSigmoid and what is added to it, above all.
 */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { clipNode } from "./_emit.ts";
import { gateOf, isClipped, type Gate } from "./_gate.ts";
import { followedBy, linearOf } from "./_linear.ts";
import { isOperator } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const clippedLines: Rewrite = {
  name: "clipped-lines",
  summary: "arithmetic with constants and clips after a layer becomes its weights and one Clip",
  exactness: "bounded",
  apply: nodeByNode(shorten),
};

function shorten(graph: GraphDraft, node: NodeProto, { draft, values }: Around): void {
  const [input = ""] = node.output;
  if (!isOperator(node, "Conv", "Gemm") || graph.onlyConsumer(input) === null) return;
  const linear = linearOf(graph, node, values.get(input)?.shape?.length ?? null);
  const last = linear === null ? null : lastOf(graph, input);
  if (linear === null || last === null) return;
  const gate = gateOf(graph, input, last, linear.lay);
  if (gate === null || gate.nodes.length < 2) return;
  const line = draft.fresh(`${last}/line`);
  const { slope, offset, lower, upper } = gate;
  const affine = { scale: Float64Array.of(slope), offset: Float64Array.of(offset) };
  const layer = followedBy(graph, draft, linear, { affine, output: line });
  if (layer === null) return;
  const clip = clipNode(graph, draft, { input: line, output: last, lower, upper });
  graph.replace([node, ...gate.nodes], [...layer, clip], reason(gate));
}

function reason({ nodes }: Gate): string {
  return `${nodes.map(({ opType }) => opType).join(", ")} became weights and a Clip`;
}

/** The end of the chain of arithmetic and clips from `value` on; null where there is no clip among it. */
function lastOf(graph: GraphDraft, value: string): string | null {
  let last = value;
  let hasClip = false;
  for (;;) {
    const next = graph.onlyConsumer(last);
    const isClip = next !== null && isClipped(graph, next, last);
    const isStep =
      next !== null &&
      isOperator(next, "Add", "Sub", "Mul", "Div", "Neg") &&
      next.input.every((name) => name === last || isOne(graph, name));
    if (next === null || !(isClip || isStep)) break;
    hasClip ||= isClip;
    last = next.output[0] ?? "";
  }
  return hasClip ? last : null;
}

/** A constant of one number. */
function isOne(graph: GraphDraft, name: string): boolean {
  const dims = graph.constant(name)?.dims;
  return dims !== undefined && dims.every((size) => size === 1n);
}
