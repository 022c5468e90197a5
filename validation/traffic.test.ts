import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedWorld } from "./world.ts";
import { decodeHeader, decodeRow } from "./row.ts";
import { predict } from "./predict.ts";
import { servingQuery } from "./serving-query.ts";
import { trafficOf } from "./traffic.ts";

const FIELDS = {
  id: "aice-1",
  date: "2026-02-05",
  model: "Qwen/Qwen3-32B",
  task: "inference",
  phase: "online_serving",
  hardware: "NVIDIA H100 SXM 80GB",
  accelerators: "1",
  tp: "1",
  precision_weights: "fp8",
  engine: "vLLM",
  batch_or_concurrency: "8",
  input_tokens: "1024",
  output_tokens: "1024",
  metric: "ttft_ms",
  value: "100",
  unit: "ms",
};

function row(changed: Partial<typeof FIELDS>) {
  const fields = { ...FIELDS, ...changed };
  const header = decodeHeader({ line: 1, fields: Object.keys(fields) });
  assert.ok(header.ok);
  const decoded = decodeRow(header.value, { line: 2, fields: Object.values(fields) });
  assert.ok(decoded.ok);
  return decoded.value;
}

test("trafficOf() of InferenceX sends ten requests a user, drawn from 0.8 to 1.0 of the nominal", () => {
  const asked = servingQuery(row({}), shippedWorld(), "continuous");
  assert.ok(typeof asked !== "string");
  const traffic = trafficOf(asked.query, null);
  assert.deepEqual(traffic?.arrivals, { kind: "closed", users: 8, think: 0 });
  assert.equal(traffic?.requests, 80);
  assert.deepEqual(traffic?.input, { kind: "uniform", low: 820, high: 1024 });
});

test("predict() of a 99th percentile is later than of the mean", () => {
  const world = shippedWorld();
  const mean = predict(row({}), world);
  const late = predict(row({ metric: "ttft_p99_ms" }), world);
  assert.ok("interval" in mean && "interval" in late);
  assert.ok(late.interval.p50 > mean.interval.p50);
});
