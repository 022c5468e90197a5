import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile } from "./index.ts";
import { file, node, value } from "./_fake-models.ts";
import { batchSizes } from "./_open-sizes.ts";

for (const [dims, expected] of [
  [["T", "B", 80], ["B"]],
  [["steps", "batch_size", 80], ["batch_size"]],
  [["steps", 4, 80], ["steps"]],
  [["N", 3, "H", "W"], ["N"]],
  [["rows", "width"], ["rows"]],
  [[2, "people", 64], ["people"]],
] as const) {
  test(`batchSizes() of [${dims.join(", ")}] is ${expected.join()}`, async () => {
    const model = await decodeOnnxFile(
      file({
        input: [value("x", [...dims])],
        node: [node("Relu", "x", "y")],
        output: [value("y", [...dims])],
      }),
    );
    assert.ok(model.ok && model.value.graph !== undefined);
    assert.deepEqual(batchSizes(model.value.graph), expected);
  });
}
