/** `x + x * g` is `x * (g + 1)`: where g is small, a pass over x less. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, floatTensor } from "../tensor.ts";
import { isOperator, madeNode } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const sharedFactor: Rewrite = {
  name: "shared-factor",
  summary: "x + x * g becomes x * (g + 1) where g is one number a channel",
  exactness: "bounded",
  apply: nodeByNode(join),
};

function join(graph: GraphDraft, node: NodeProto, { draft, values }: Around): void {
  if (!isOperator(node, "Add") || node.input.length !== 2) return;
  const [output = ""] = node.output;
  for (const [place, name] of node.input.entries()) {
    const x = node.input[1 - place] ?? "";
    const product = graph.onlyConsumer(name) === node ? graph.producer(name) : null;
    if (product === null || !isOperator(product, "Mul") || !product.input.includes(x)) continue;
    const gate = product.input.find((each) => each !== x);
    if (gate === undefined || !isSmall(values.get(gate), values.get(x))) continue;
    const one = graph.addConstant(floatTensor(draft.fresh(`${gate}/one`), [], Float32Array.of(1)));
    const more = draft.fresh(`${gate}/more`);
    const nodes = [
      madeNode(draft, { operator: "Add", inputs: [gate, one], outputs: [more] }),
      madeNode(draft, { operator: "Mul", inputs: [x, more], outputs: [output] }),
    ];
    graph.replace([product, node], nodes, "x + x * g became x * (g + 1)");
    return;
  }
}

/** Whether a gate is of one number for all places of x: four axes, of which the last two are 1. */
function isSmall(gate: InferredValue | undefined, x: InferredValue | undefined): boolean {
  const [a, b] = [gate?.shape, x?.shape];
  if (gate?.type !== ELEMENT.float || a?.length !== 4 || b?.length !== 4) return false;
  return a.slice(2).every((size) => size === 1) && b.slice(2).every((size) => size !== 1);
}
