/** Arithmetic with constants after a layer that is linear goes into its weights. */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { affineChain, isAll, type AffineChain } from "./_affine.ts";
import { followedBy, linearOf } from "./_linear.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const affineFolding: Rewrite = {
  name: "affine-folding",
  summary: "multiplying and adding constants after a layer goes into its weights and bias",
  exactness: "bounded",
  apply: nodeByNode(fold),
};

function fold(graph: GraphDraft, node: NodeProto, { draft, values }: Around): void {
  const [output = ""] = node.output;
  const linear = linearOf(graph, node, values.get(output)?.shape?.length ?? null);
  const chain = linear === null ? null : affineChain(graph, output, linear.lay);
  if (linear === null || chain === null) return;
  if (node.opType === "MatMul" && isBiasAlone(chain)) return;
  const layer = followedBy(graph, draft, linear, chain);
  if (layer === null) return;
  const steps = chain.nodes.map(({ opType }) => opType).join(", ");
  const why = `${steps} with constants after ${node.opType} became part of its weights`;
  graph.replace([node, ...chain.nodes], layer, why);
}

/** A product with nothing but a bias after it has its last form. */
function isBiasAlone({ nodes, affine }: AffineChain): boolean {
  return nodes.length === 1 && isAll(affine.scale, 1);
}
