/**
 * `x * gate(x)`, with a gate that is a clipped line or a sigmoid (HardSwish, SiLU and what exporters make of
 * them), in the form that the target runs fastest.
 *
 * Where an engine keeps blocks of channels, small operators with constants would have it reorder x twice: there
 * the gate becomes a convolution of each channel with its clip fused, and what scales the product goes into it.
 * Elsewhere a clipped line becomes one HardSigmoid.
 */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { affineChain, composed, IDENTITY, isAll, type Affine, type Lay } from "./_affine.ts";
import { imageLay, isBlocked } from "./_blocked.ts";
import { affineNodes, channelConv, clipNode } from "./_emit.ts";
import { gateOf, type Gate } from "./_gate.ts";
import { isOperator, madeNode } from "./_nodes.ts";
import { EVERYWHERE, type Around, type Rewrite } from "./rewrite.ts";

export const gatedActivations: Rewrite = {
  name: "gated-activations",
  summary:
    "HardSwish, SiLU and the small operators that exporters spell them with take the target's fastest form",
  exactness: "bounded",
  targets: EVERYWHERE,
  apply: (graph, around) => {
    for (const node of graph.nodes) if (graph.has(node)) reform(graph, node, around);
  },
};

/** A product of x and a gate of it, the affine chain after it, and the nodes that all of this is. */
interface Gated {
  readonly x: string;
  readonly gate: Gate;
  readonly product: NodeProto;
  readonly chain: readonly NodeProto[];
  readonly affine: Affine;
  readonly output: string;
  readonly lay: Lay;
}

function reform(graph: GraphDraft, node: NodeProto, around: Around): void {
  const gated = gatedBy(graph, node, around);
  if (gated === null) return;
  const isBlocks = around.options.target === "native" && isBlocked(graph, around.values, gated.x);
  const nodes = isBlocks
    ? blockedForm(graph, around, gated)
    : gated.gate.kind === "clip"
      ? plainForm(graph, around, gated)
      : null;
  const removed = [...gated.gate.nodes, gated.product, ...gated.chain];
  if (nodes === null || (!isBlocks && nodes.length >= removed.length)) return;
  const before = removed.map(({ opType }) => opType).join(", ");
  const after = nodes.map(({ opType }) => opType).join(", ");
  graph.replace(removed, nodes, `an activation of ${before} became ${after}`);
}

function gatedBy(graph: GraphDraft, node: NodeProto, { values }: Around): Gated | null {
  const hard = hardSwish(node);
  const [a = "", b = ""] = node.input;
  const pairs = isOperator(node, "Mul") && a !== b ? [[a, b] as const, [b, a] as const] : [];
  for (const [x, other] of hard === null ? pairs : [[a, a] as const]) {
    const shape = values.get(x)?.shape;
    const channels = shape?.[1];
    if (shape === undefined || shape === null || graph.constant(x) !== null) continue;
    const lay: Lay = {
      rank: shape.length,
      axis: 1,
      channels: typeof channels === "number" ? channels : 1,
    };
    const gate = hard ?? gateOf(graph, x, other, lay);
    if (gate === null) continue;
    const output = node.output[0] ?? "";
    const chain = affineChain(graph, output, lay) ?? { nodes: [], affine: IDENTITY, output };
    return {
      x,
      gate,
      product: node,
      chain: chain.nodes,
      affine: chain.affine,
      output: chain.output,
      lay,
    };
  }
  return null;
}

/** Source: onnx/onnx, docs/Operators.md, HardSwish: x * max(0, min(1, x / 6 + 0.5)). */
function hardSwish(node: NodeProto): Gate | null {
  if (!isOperator(node, "HardSwish")) return null;
  return { nodes: [], slope: 1 / 6, offset: 0.5, kind: "clip", lower: 0, upper: 1 };
}

function blockedForm(
  graph: GraphDraft,
  { draft, values }: Around,
  gated: Gated,
): readonly NodeProto[] | null {
  const { x, gate, affine, output } = gated;
  const lay = imageLay(values.get(x));
  if (lay === null) return null;
  const factor = gate.kind === "clip" && affine.scale.length === 1 ? (affine.scale[0] ?? 1) : 1;
  if (factor === 0) return null;
  const left: Affine = factor === 1 ? affine : { ...IDENTITY, offset: affine.offset };
  const isDone = isAll(left.scale, 1) && isAll(left.offset, 0);
  const [line, open, product] = ["line", "gate", "product"].map((stem) =>
    draft.fresh(`${output}/${stem}`),
  );
  if (line === undefined || open === undefined || product === undefined) return null;
  const inner = {
    scale: Float64Array.of(gate.slope * factor),
    offset: Float64Array.of(gate.offset * factor),
  };
  const ends = [gate.lower * factor + 0, gate.upper * factor + 0];
  const [lower, upper] = [Math.min(...ends), Math.max(...ends)];
  const end = isDone ? output : product;
  return [
    channelConv(graph, draft, inner, { input: x, output: line, lay }),
    gate.kind === "clip"
      ? clipNode(graph, draft, { input: line, output: open, lower, upper })
      : madeNode(draft, { operator: "Sigmoid", inputs: [line], outputs: [open] }),
    madeNode(draft, { operator: "Mul", inputs: [x, open], outputs: [end] }),
    ...(isDone ? [] : affineNodes(graph, draft, left, { input: product, output, lay })),
  ];
}

function plainForm(
  graph: GraphDraft,
  { draft }: Around,
  gated: Gated,
): readonly NodeProto[] | null {
  const { x, gate, affine, output, lay } = gated;
  const { lower, upper, slope, offset } = gate;
  if (lower !== 0 || upper <= 0) return null;
  const left = composed({ ...IDENTITY, scale: Float64Array.of(upper) }, affine);
  const isDone = left.scale.every(isOne) && isAll(left.offset, 0);
  const open = draft.fresh(`${output}/gate`);
  const end = isDone ? output : draft.fresh(`${output}/product`);
  const settings = { alpha: { real: slope / upper }, beta: { real: offset / upper } };
  return [
    madeNode(draft, { operator: "HardSigmoid", inputs: [x], outputs: [open], settings }),
    madeNode(draft, { operator: "Mul", inputs: [x, open], outputs: [end] }),
    ...(isDone ? [] : affineNodes(graph, draft, left, { input: end, output, lay })),
  ];
}

/** A factor that 32-bit floats cannot tell from 1: what is left of 6 times a rounded sixth. */
function isOne(factor: number): boolean {
  return Math.abs(factor - 1) <= 2 ** -24;
}
