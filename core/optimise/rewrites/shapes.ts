/** Shapes, and what is computed of them, become constants where sizes are known before a run. */
import type { NodeProto, TensorProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, rawTensor, wholeTensor } from "../tensor.ts";
import { isOperator } from "./_nodes.ts";
import type { Rewrite } from "./rewrite.ts";

export const shapes: Rewrite = {
  name: "shapes",
  summary: "shapes, and what is computed of them, become constants where sizes are known",
  exactness: "lossless",
  apply: (graph, { values }) => {
    for (const node of graph.nodes) {
      const [name = ""] = node.output;
      const tensor = graph.isOutput(name) ? null : tensorOf(values.get(name));
      if (tensor !== null && isFoldable(graph, node)) {
        graph.hold(
          node,
          tensor,
          `${node.opType} always gives [${shownContents(values.get(name))}]`,
        );
      }
    }
  },
};

function isFoldable(graph: GraphDraft, node: NodeProto): boolean {
  return node.output.length === 1 && !isOperator(node, "Constant") && graph.has(node);
}

function shownContents(value: InferredValue | undefined): string {
  const contents = value?.contents ?? [];
  return contents.length <= 8 ? contents.join(", ") : `${contents.length} numbers`;
}

function tensorOf(value: InferredValue | undefined): TensorProto | null {
  const { type, shape, contents } = value ?? {};
  if (contents === undefined || shape === undefined || shape === null) return null;
  const numbers = contents.filter((each) => typeof each === "number");
  const dims = shape.filter((size) => typeof size === "number");
  if (numbers.length !== contents.length || dims.length !== shape.length) return null;
  if (!numbers.every(Number.isSafeInteger)) return null;
  if (type === ELEMENT.int64) return wholeTensor("", numbers, dims);
  if (type === ELEMENT.int32) {
    return rawTensor("", type, dims, new Uint8Array(Int32Array.from(numbers).buffer));
  }
  return type === ELEMENT.bool ? rawTensor("", type, dims, Uint8Array.from(numbers)) : null;
}
