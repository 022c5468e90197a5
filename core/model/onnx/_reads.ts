/** What nodes read, the graphs inside them included. */
import { AttributeProto_AttributeType as Kind, type GraphProto, type NodeProto } from "onnx-buf";

/** Graphs that the attributes of a node hold. */
export function innerGraphs(node: NodeProto): readonly GraphProto[] {
  return node.attribute.flatMap((attribute) => {
    if (attribute.type === Kind.GRAPHS || attribute.graphs.length > 0) return attribute.graphs;
    return attribute.g === undefined ? [] : [attribute.g];
  });
}

/** Names that a node reads, its inner graphs from around them included. */
export function readsOf(node: NodeProto): ReadonlySet<string> {
  const names = new Set(node.input.filter((name) => name !== ""));
  for (const graph of innerGraphs(node)) for (const name of readFromAround(graph)) names.add(name);
  return names;
}

function readFromAround(graph: GraphProto): ReadonlySet<string> {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const read = [
    ...graph.node.flatMap((node) => [...readsOf(node)]),
    ...graph.output.map(({ name }) => name),
  ];
  return new Set(read.filter((name) => !own.has(name)));
}
