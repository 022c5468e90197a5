/**
 * `x * clip(a * x + b, 0, c)`, however exporters spell it (HardSwish above all), becomes x times one HardSigmoid.
 *
 * ONNX Runtime fuses that product into the convolution before it where a is a sixth and b a half; the small
 * operators it fuses not at all, and has its layout of channels reordered around them.
 * Source: microsoft/onnxruntime, onnxruntime/core/optimizer/nchwc_transformer.cc, pull request 31957.
 */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { affineChain, composed, IDENTITY, isAll, type Affine, type Lay } from "./_affine.ts";
import { affineNodes } from "./_emit.ts";
import { gateOf, type Gate } from "./_gate.ts";
import { isOperator, madeNode } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const gatedActivations: Rewrite = {
  name: "gated-activations",
  summary: "HardSwish in small operators becomes x times one HardSigmoid, which engines fuse",
  exactness: "bounded",
  apply: nodeByNode(reform),
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
  const nodes = shortForm(graph, around, gated);
  const removed = [...gated.gate.nodes, gated.product, ...gated.chain];
  if (nodes === null || nodes.length >= removed.length) return;
  const before = removed.map(({ opType }) => opType).join(", ");
  const after = nodes.map(({ opType }) => opType).join(", ");
  graph.replace(removed, nodes, `an activation of ${before} became ${after}`);
}

function gatedBy(graph: GraphDraft, node: NodeProto, { values }: Around): Gated | null {
  const [a = "", b = ""] = node.input;
  const pairs = isOperator(node, "Mul") && a !== b ? [[a, b] as const, [b, a] as const] : [];
  for (const [x, other] of pairs) {
    const shape = values.get(x)?.shape;
    const channels = shape?.[1];
    if (shape === undefined || shape === null || graph.constant(x) !== null) continue;
    const lay: Lay = {
      rank: shape.length,
      axis: 1,
      channels: typeof channels === "number" ? channels : 1,
    };
    const gate = graph.onlyConsumer(other) === null ? null : gateOf(graph, x, other, lay);
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

function shortForm(
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
  const settings = {
    alpha: { real: rounded(slope / upper) },
    beta: { real: rounded(offset / upper) },
  };
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

/** A sixth and a half as such, where roundings of them were divided. */
function rounded(value: number): number {
  return [1 / 6, 1 / 2].find((each) => Math.abs(value - each) < 1e-7) ?? value;
}
