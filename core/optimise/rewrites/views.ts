/** Constants that a node only shapes anew stand in the file in that shape. */
import { create } from "@bufbuild/protobuf";
import { TensorProtoSchema } from "onnx-buf";
import { elementCount } from "../tensor.ts";
import { isOperator } from "./_nodes.ts";
import type { Around, Rewrite } from "./rewrite.ts";

export const views: Rewrite = {
  name: "views",
  summary: "constants that nodes only shape anew stand in the file in that shape",
  exactness: "lossless",
  apply: (graph, around) => {
    for (const node of graph.nodes) {
      if (!isOperator(node, "Reshape", "Squeeze", "Unsqueeze", "Flatten")) continue;
      const dims = knownDims(node.output[0] ?? "", around);
      const tensor = graph.constant(node.input[0] ?? "");
      if (dims === null || tensor === null || graph.isOutput(node.output[0] ?? "")) continue;
      const { rawData, dataType } = tensor;
      if (rawData.length === 0 || elementCount(dims) !== elementCount(tensor.dims)) continue;
      const shaped = create(TensorProtoSchema, { dims: dims.map(BigInt), dataType, rawData });
      graph.hold(node, shaped, `${node.opType} only shaped a constant anew`);
    }
  },
};

function knownDims(name: string, { values }: Around): readonly number[] | null {
  const shape = values.get(name)?.shape ?? null;
  const known = shape?.filter((size) => typeof size === "number") ?? [];
  return shape !== null && known.length === shape.length ? known : null;
}
