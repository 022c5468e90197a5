/** What the file holds as nodes or as inputs with a value becomes a tensor of the file, which tools see. */
import type { NodeProto, TensorProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { floatTensor, wholeTensor } from "../tensor.ts";
import { isOperator } from "./_nodes.ts";
import type { Rewrite } from "./rewrite.ts";

export const constants: Rewrite = {
  name: "constants",
  summary: "constants that stand as nodes, or as inputs with a value, become tensors of the file",
  exactness: "lossless",
  apply: (graph) => {
    if (graph.outer === null) fixDefaults(graph);
    for (const node of graph.nodes) {
      const tensor = isOperator(node, "Constant") ? heldBy(node) : null;
      if (tensor === null || graph.isOutput(node.output[0] ?? "")) continue;
      graph.hold(node, tensor, "a Constant node became a tensor of the file");
    }
  },
};

/** Inputs that the file gives a value: an exporter's habit from before tensors could stand alone. */
function fixDefaults(graph: GraphDraft): void {
  const held = new Set(graph.proto.initializer.map(({ name }) => name));
  for (const { name } of graph.proto.input) {
    if (held.has(name)) graph.fixInput(name, `"${name}" is no input any more: it has its value`);
  }
}

function heldBy(node: NodeProto): TensorProto | null {
  const [attribute] = node.attribute;
  switch (attribute?.name) {
    case "value":
      return attribute.t ?? null;
    case "value_float":
      return floatTensor("", [], Float32Array.of(attribute.f));
    case "value_floats":
      return floatTensor("", [attribute.floats.length], Float32Array.from(attribute.floats));
    case "value_int":
      return wholeTensor("", [Number(attribute.i)], []);
    case "value_ints":
      return wholeTensor("", attribute.ints.map(Number));
    default:
      return null;
  }
}
