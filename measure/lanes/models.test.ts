import assert from "node:assert/strict";
import { test } from "node:test";
import { memorySource, networkMacs, readModel } from "../../core/index.ts";
import { attentionModel, convolutionModel, matmulModel, type OneOperator } from "./_models.ts";

/** Twice the multiply-adds that the reader of ONNX files counts. */
async function readFlops({ model }: OneOperator): Promise<number> {
  const read = await readModel({ bytes: memorySource(model), source: "lane.onnx" });
  assert.ok(read.ok, JSON.stringify(read));
  assert.ok(read.value.kind === "network");
  return 2 * networkMacs(read.value);
}

for (const format of ["fp32", "fp16", "u8s8", "qdq"] as const) {
  test(`matmulModel() of side 64 in ${format} does the 2·64³ FLOPs that the reader counts`, async () => {
    const one = matmulModel(64, format);
    assert.equal(one.flops, 524_288);
    assert.equal(await readFlops(one), 524_288);
  });
}

test("convolutionModel() of 64 channels at 56 by 56 does the FLOPs of ResNet-50's second stage", async () => {
  // He et al., table 1: 56 x 56 outputs, 3x3 of 64: 115.6 million multiply-adds.
  const one = convolutionModel(56, 64, 1);
  assert.equal(one.flops, 2 * 115_605_504);
  assert.equal(await readFlops(one), one.flops);
});

test("convolutionModel() of as many groups as channels does 9 multiply-adds a value", async () => {
  const one = convolutionModel(14, 32, 32);
  assert.equal(one.flops, 2 * 9 * 32 * 14 * 14);
  assert.equal(await readFlops(one), one.flops);
});

test("attentionModel() of 128 tokens does two products of 128 x 128 x 768", async () => {
  const one = attentionModel(128);
  assert.equal(one.flops, 2 * 2 * 128 * 128 * 768);
  assert.equal(await readFlops(one), one.flops);
});
