import assert from "node:assert/strict";
import { test } from "node:test";
import { SHIPPED, UNCORRECTED } from "../core/estimate/index.ts";
import { choiceOf } from "./chosen.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { predictBatch } from "./predict-batch.ts";
import { shippedWorld } from "./world.ts";

const ROW = {
  ...BARE,
  id: "mlperf-inf-1",
  model: "MLPerf ssd-resnet34",
  engine: "Qualcomm Cloud AI SDK v1.6.80",
  hardware: "QUALCOMM Cloud AI 100 PCIe/HHHL Pro (host AMD EPYC 7282 16-Core Processor)",
  phase: "single_batch_latency",
  metric: "latency_p90",
  unit: "ms",
  batch_or_concurrency: "1",
  accelerators: 1,
  notes: "MLPerf v2.0 closed, edge, scenario singlestream",
};

const world = shippedWorld({ ...SHIPPED, corrections: UNCORRECTED });

function middle(row: typeof ROW): number {
  const answer = predictBatch(row, world);
  assert.ok("interval" in answer, JSON.stringify(answer));
  return answer.interval.p50;
}

test("choiceOf() is 3 ns a score on a server's host, four times as much on a phone's, half by two threads, and less of more scores than leave", () => {
  const found = world.model(ROW.model);
  assert.ok(found !== null);
  const own = (row: Partial<typeof ROW>, name = ROW.model) =>
    choiceOf({ ...ROW, ...row }, world.model(name)?.model ?? found.model);
  assert.equal(own({}), 3e-9);
  assert.equal(own({ hardware: "QUALCOMM Cloud AI 100 DM.2e (host Snapdragon 865)" }), 12e-9);
  assert.equal(own({ batch_or_concurrency: "8" }), 1.5e-9);
  assert.ok(own({}, "MLPerf retinanet") < 0.2 * 3e-9);
  assert.equal(own({ phase: "offline_throughput" }), 0);
  assert.equal(own({ engine: "TensorRT" }), 0);
});

test("predictBatch() of a single stream of a detector waits for its boxes: 1.29 million scores are 3.9 ms", () => {
  const waiting = middle(ROW) - middle({ ...ROW, engine: "a compiler of Cloud AI" });
  assert.ok(waiting > 3.5e-3 && waiting < 4.2e-3, String(waiting));
});

test("predictBatch() of a single stream on a card of four chips runs on one of them", () => {
  const ultra = { ...ROW, hardware: "QUALCOMM Cloud AI 100 Ultra", model: "MLPerf resnet" };
  const pro = middle({ ...ROW, model: "MLPerf resnet" });
  assert.ok(Math.abs(Math.log(middle(ultra) / pro)) < 0.3, "as on a card of one such chip");
  const eight = { ...ultra, batch_or_concurrency: "8", metric: "latency_p99_per_8_samples" };
  const two = middle({ ...eight, accelerators: 2 });
  assert.ok(two < 1.05 * middle(ultra), "eight samples on eight chips take as long as one on one");
  assert.ok(middle(eight) > 1.1 * two, `and longer on four: ${middle(eight) / two}`);
});
