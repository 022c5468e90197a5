/** What is computed twice is computed once; equal tensors stand in the file once. */
import { toBinary } from "@bufbuild/protobuf";
import { AttributeProtoSchema, type NodeProto, type TensorProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { innerGraphs } from "../../model/onnx/index.ts";
import { isStandard } from "./_nodes.ts";
import type { Rewrite } from "./rewrite.ts";

export const repeated: Rewrite = {
  name: "repeated",
  summary: "what is computed twice is computed once, and equal tensors stand in the file once",
  exactness: "lossless",
  apply: (graph) => {
    shareTensors(graph);
    shareNodes(graph);
  },
};

function shareTensors(graph: GraphDraft): void {
  const known = new Map<string, TensorProto[]>();
  for (const [name, tensor] of graph.constants) {
    if (graph.isOutput(name) || graph.consumers(name).length === 0) continue;
    const key = tensorKey(tensor);
    if (key === null) continue;
    const alike = known.get(key) ?? [];
    const first = alike.find((each) => isSameBytes(each.rawData, tensor.rawData));
    if (first === undefined) known.set(key, [...alike, tensor]);
    else graph.reread(name, first.name, `"${name}" holds what "${first.name}" does`);
  }
}

/** Equal of tensors that may be equal; null of those whose bytes stand elsewhere. */
function tensorKey({ rawData, dataType, dims }: TensorProto): string | null {
  if (rawData.length === 0) return null;
  const step = Math.max(1, Math.floor(rawData.length / 64));
  const sample = Array.from({ length: 64 }, (_, place) => rawData[place * step] ?? 0);
  return [dataType, dims.join("x"), rawData.length, ...sample].join(" ");
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}

const RANDOM = /^(?:Random|Bernoulli|Multinomial|Dropout)/u;

function shareNodes(graph: GraphDraft): void {
  const known = new Map<string, NodeProto>();
  for (const node of graph.nodes) {
    if (!isStandard(node) || RANDOM.test(node.opType) || innerGraphs(node).length > 0) continue;
    if (node.output.length !== 1) continue;
    const key = nodeKey(node);
    const first = known.get(key);
    if (first === undefined) known.set(key, node);
    else graph.bypass(node, first.output[0] ?? "", `${node.opType} is computed once, not twice`);
  }
}

function nodeKey({ opType, input, attribute }: NodeProto): string {
  const settings = attribute.map((each) => toBinary(AttributeProtoSchema, each).join());
  return JSON.stringify([opType, input, settings.toSorted()]);
}
