/** An ONNX file as a network: its sizes, its arithmetic, and FLOPs a byte at two batches. */
import { create } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expandNetwork, memorySource, networkMacs, readModel } from "../core/index.ts";
import { encodeOnnxFile } from "../core/model/onnx/index.ts";

/** One layer, y = x · w: what an exporter writes, in as few lines. */
const bytes = encodeOnnxFile(
  create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [{ domain: "", version: 21n }],
    graph: {
      name: "layer",
      input: [
        {
          name: "x",
          type: {
            value: {
              case: "tensorType",
              value: {
                elemType: 1,
                shape: {
                  dim: [
                    { value: { case: "dimParam", value: "tokens" } },
                    { value: { case: "dimValue", value: 1024n } },
                  ],
                },
              },
            },
          },
        },
      ],
      initializer: [
        { name: "w", dims: [1024n, 4096n], dataType: 1, rawData: new Uint8Array(4 * 1024 * 4096) },
      ],
      node: [{ opType: "MatMul", input: ["x", "w"], output: ["y"] }],
      output: [{ name: "y" }],
    },
  }),
);

const model = await readModel({
  bytes: memorySource(bytes),
  source: "layer.onnx",
  sizes: { tokens: 128 },
});
if (!model.ok) console.log(model.error);
else if (model.value.kind === "network") {
  const { outputs, nodes } = model.value;
  console.log(networkMacs(model.value), "multiply-accumulates in", nodes.length, "node");
  console.log(outputs?.map(({ shape, sizes }) => `${shape.join(" × ")} is ${sizes.join(" × ")}`));
  for (const batch of [1, 64]) {
    const [product] = expandNetwork(model.value, batch);
    if (product !== undefined) console.log(batch, product.flops / (product.read + product.written));
  }
}
