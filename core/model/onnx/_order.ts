/** Nodes in an order that runs: each after those whose values it reads, else as they stood. */
import type { NodeProto } from "onnx-buf";
import { readsOf } from "./_reads.ts";

export function inOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const producers = new Map<string, NodeProto>();
  for (const node of nodes)
    for (const name of node.output) if (name !== "") producers.set(name, node);
  const placed = new Set<NodeProto>();
  const open = new Set<NodeProto>();
  const order: NodeProto[] = [];
  for (const root of nodes) {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.at(-1);
      if (node === undefined || placed.has(node)) {
        stack.pop();
        continue;
      }
      const waits = open.has(node)
        ? []
        : before(node, producers).filter((each) => !placed.has(each));
      open.add(node);
      if (waits.length > 0) stack.push(...waits.toReversed());
      else {
        placed.add(node);
        order.push(node);
        stack.pop();
      }
    }
  }
  return order;
}

function before(node: NodeProto, producers: ReadonlyMap<string, NodeProto>): readonly NodeProto[] {
  return [...readsOf(node)].flatMap((name) => producers.get(name) ?? []);
}
