/** Nodes whose results nothing reads are left out, and outputs that the caller does not read. */
import type { Rewrite } from "./rewrite.ts";

export const unread: Rewrite = {
  name: "unread",
  summary:
    "nodes whose results nothing reads are left out, with outputs that the caller does not name",
  exactness: "lossless",
  apply: (graph, { options }) => {
    const { outputs } = options;
    if (graph.outer === null && outputs !== undefined) {
      const left = graph.proto.output.filter(({ name }) => !outputs.includes(name));
      if (left.length > 0) {
        graph.keepOutputs(
          new Set(outputs),
          `${left.length} outputs that are not read were left out`,
        );
      }
    }
    const nodes = graph.unread();
    if (nodes.length > 0) graph.replace(nodes, [], "nothing reads what these compute");
  },
};
