/**
 * Arithmetic with constants between convolutions, that no weights can take, becomes a convolution of each
 * channel alone: the engine keeps its blocked layout through that, and not through small operators.
 */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { affineChain, isAll } from "./_affine.ts";
import { imageLay, isBlocked } from "./_blocked.ts";
import { channelConv } from "./_emit.ts";
import { isOperator } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const blockedAffine: Rewrite = {
  name: "blocked-affine",
  summary:
    "multiplying and adding constants between convolutions becomes a convolution of each channel",
  exactness: "bounded",
  target: "native",
  apply: nodeByNode(reform),
};

/** Readers that gain from blocks. */
const READERS = [
  "Conv",
  "Add",
  "Mul",
  "MaxPool",
  "AveragePool",
  "GlobalAveragePool",
  "Concat",
  "Relu",
];

function reform(graph: GraphDraft, node: NodeProto, around: Around): void {
  const { draft, values } = around;
  const [input = ""] = node.output;
  const lay = imageLay(values.get(input));
  if (lay === null || !isBlocked(graph, around, input)) return;
  const chain = affineChain(graph, input, lay);
  if (chain === null || isAll(chain.affine.scale, 0)) return;
  const { nodes, affine, output } = chain;
  const readers = graph.consumers(output);
  if (!readers.some((reader) => isOperator(reader, ...READERS))) return;
  const conv = channelConv(graph, draft, affine, { input, output, lay });
  const operators = nodes.map(({ opType }) => opType).join(", ");
  graph.replace(nodes, [conv], `${operators} with constants became a convolution of each channel`);
}
