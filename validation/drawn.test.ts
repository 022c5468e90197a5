import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnLength, isDrawn, partsOf, staged } from "./drawn.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { SHIPPED, UNCORRECTED } from "../core/estimate/index.ts";
import { predictBatch } from "./predict-batch.ts";
import { shippedWorld } from "./world.ts";

const ROW = {
  ...BARE,
  id: "ftrf-1",
  model: "BERT-6B encoder (32 heads x 128, 32 layers)",
  engine: "FasterTransformer",
  hardware: "NVIDIA A100 SXM 80GB",
  phase: "single_batch_latency",
  metric: "latency_ms",
  unit: "ms",
  precision_weights: "fp16",
  precision_activations: "fp16",
  input_tokens: 128,
  accelerators: 2,
  tp: 1,
  pp: 2,
  notes: "",
};

/** rand_r of glibc with seed 0 gives 1,012,484 and 1,716,955,679 first. */
test("drawnLength() is the mean of what the example draws from its seed", () => {
  assert.deepEqual(
    [32, 128, 384, 1024].map((longest) => drawnLength(1, longest)),
    [4, 4, 260, 772],
  );
  assert.equal(drawnLength(2, 1024), (772 + (1_716_955_679 % 1024)) / 2);
  assert.equal(drawnLength(2, 2 ** 31), (1_012_484 + 1_716_955_679) / 2);
});

test("isDrawn() is of FasterTransformer's own encoders, not of a framework's nor of other tables", () => {
  assert.equal(isDrawn(ROW), true);
  assert.equal(isDrawn({ ...ROW, engine: "PyTorch" }), false);
  assert.equal(isDrawn({ ...ROW, id: "dle-1" }), false);
  assert.equal(isDrawn({ ...ROW, model: "GPT-20B" }), false);
});

test("staged() of two halves over two stages is one and a half, of one part one", () => {
  assert.deepEqual([partsOf(ROW, 32), staged(ROW, 32)], [2, 1.5]);
  assert.deepEqual([partsOf(ROW, 1), staged(ROW, 1)], [1, 1]);
  const other = { ...ROW, id: "dle-1" };
  assert.deepEqual([partsOf(other, 32), staged(other, 32)], [1, 1]);
});

test("predictBatch() of such a batch is of drawn lengths, halves one behind another", () => {
  const world = shippedWorld({ ...SHIPPED, corrections: UNCORRECTED });
  const middle = (row: typeof ROW, batch: string) => {
    const answer = predictBatch({ ...row, batch_or_concurrency: batch }, world);
    assert.ok("interval" in answer, JSON.stringify(answer));
    return answer.interval.p50;
  };
  const whole = { ...ROW, accelerators: 1, pp: 1 };
  const padded = { ...whole, id: "dle-1" };
  const ratio = middle(whole, "128") / middle(padded, "128");
  assert.ok(ratio > 0.48 && ratio < 0.56, String(ratio));
  const overlapped = middle(ROW, "128") / middle(whole, "128");
  assert.ok(overlapped > 0.74 && overlapped < 0.85, String(overlapped));
});
