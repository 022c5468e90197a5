import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedWorld } from "./world.ts";
import { decoded } from "./fixtures/decoded.ts";
import { predict } from "./predict.ts";
import { servingQuery } from "./serving-query.ts";
import { clientOf, requestsOf, trafficOf } from "./traffic.ts";

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

const row = (changed: Partial<typeof FIELDS>) => decoded({ ...FIELDS, ...changed });

test("trafficOf() of InferenceX sends ten requests a user, drawn from 0.8 to 1.0 of the nominal", () => {
  const asked = servingQuery(row({}), shippedWorld(), "continuous");
  assert.ok(typeof asked !== "string");
  const traffic = trafficOf(asked.query, null);
  assert.deepEqual(traffic?.arrivals, { kind: "closed", users: 8, think: 0 });
  assert.equal(traffic?.requests, 80);
  assert.deepEqual(traffic?.input, { kind: "uniform", low: 820, high: 1024 });
});

test("trafficOf() of lengths that spread as far as their mean draws them exponentially", () => {
  const asked = servingQuery(row({}), shippedWorld(), "continuous");
  assert.ok(typeof asked !== "string");
  const load = { ...asked.query.load, output: { mean: 179, variation: 1 } };
  const traffic = trafficOf({ ...asked.query, load }, null);
  assert.deepEqual(traffic?.output, { kind: "exponential", mean: 179 });
});

test("requestsOf() of a test that sends all at once is those, and each is sent once", () => {
  const sent = { id: "trtl-1", date: "", batch_or_concurrency: "QPS INF, 500 requests" };
  const burst = row(sent);
  const asked = servingQuery(burst, shippedWorld(), "continuous");
  assert.ok(typeof asked !== "string");
  const traffic = trafficOf(asked.query, requestsOf(burst, asked.query));
  assert.deepEqual(traffic?.arrivals, { kind: "closed", users: 500, think: 0 });
  assert.equal(traffic?.requests, 500);
});

test("clientOf() is the load generator of a row's source, and nothing elsewhere", () => {
  assert.equal(clientOf(row({}))?.promptToken, undefined);
  assert.equal(clientOf(row({ date: "" }))?.promptToken, 40e-6);
  assert.equal(clientOf(row({ id: "mlpi-1" })), null);
});

test("predict() of a 99th percentile is later than of the mean", () => {
  const world = shippedWorld();
  const mean = predict(row({}), world);
  const late = predict(row({ metric: "ttft_p99_ms" }), world);
  assert.ok("interval" in mean && "interval" in late);
  assert.ok(late.interval.p50 > mean.interval.p50);
});
