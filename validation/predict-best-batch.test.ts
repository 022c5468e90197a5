import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW as BARE } from "./fixtures/row.ts";
import { isListened, predictBestBatch } from "./predict-best-batch.ts";
import { predict } from "./predict.ts";
import { predictWhole } from "./predict-whole.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "mlpi-1",
  model: "Whisper-large-v3",
  phase: "offline_throughput",
  hardware: "NVIDIA H100 SXM 80GB",
  accelerators: 8,
  engine: "TensorRT",
  batch_or_concurrency: "",
  metric: "samples_per_s",
  unit: "samples/s",
};

const WORLD = shippedWorld();

test("predictBestBatch() of recordings is at least as fast as any batch that it tries, and counts 84 tokens for each", () => {
  const best = predictBestBatch(ROW, WORLD);
  assert.ok("interval" in best);
  for (const batch of [64, 1024]) {
    const one = predictWhole({ ...ROW, batch_or_concurrency: String(batch) }, WORLD);
    assert.ok("interval" in one && one.interval.p50 <= best.interval.p50);
  }
  const tokens = predict({ ...ROW, metric: "output_tokens_per_s", unit: "tokens/s" }, WORLD);
  assert.ok("interval" in tokens);
  assert.ok(Math.abs(tokens.interval.p50 / best.interval.p50 - 84) < 0.01);
});

test("isListened() is of submissions without a batch whose encoder reads apart", () => {
  assert.ok(isListened(ROW, WORLD));
  assert.ok(!isListened({ ...ROW, batch_or_concurrency: "8" }, WORLD));
  assert.ok(!isListened({ ...ROW, model: "Llama-3.1-8B" }, WORLD));
  assert.ok(!isListened({ ...ROW, id: "misc-1" }, WORLD));
});
