import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW } from "./fixtures/row.ts";
import { publishedRates } from "./published-rates.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const { device } = shippedWorld();
const UNCOUNTED: Row = { ...ROW, hardware: "h100-sxm", model: "resnet-50" };
const BASE: Row = { ...UNCOUNTED, accelerators: 8 };

function ratesOf(...rows: readonly Partial<Row>[]) {
  return publishedRates(
    rows.map((row) => ({ ...BASE, ...row })),
    device,
  );
}

test("publishedRates() counts all devices, whatever a figure is per, and times by what they do a second", () => {
  const images = { metric: "throughput", unit: "images/s", phase: "offline_throughput", value: 10 };
  const [whole, each] = ratesOf({ ...images, per: "system" }, { ...images, per: "accelerator" });
  assert.deepEqual([whole?.rate, each?.rate], [10, 80]);
  const [slow, fast] = ratesOf({ value: 20 }, { value: 10 });
  assert.ok(Math.abs((slow?.rate ?? 0) - 50) < 1e-9);
  assert.equal((fast?.rate ?? 0) / (slow?.rate ?? 1), 2);
});

test("publishedRates() leaves out what tells no speed of a model, and devices and numbers that nobody knows", () => {
  assert.deepEqual(
    ratesOf(
      { metric: "power_w", unit: "W" },
      { metric: "latency_ms", phase: "op_kernel" },
      { hardware: "a machine" },
    ),
    [],
  );
  assert.deepEqual(publishedRates([UNCOUNTED], device), []);
});

test("publishedRates() takes work for equal where a publication measured it alike: batches that MLPerf's submitters chose are no part of it, others are", () => {
  const workloads = (row: Partial<Row>) =>
    new Set(
      ratesOf(
        { ...row, batch_or_concurrency: "8", engine: "TensorRT 8.4" },
        { ...row, batch_or_concurrency: "64", engine: "TensorRT 8.6" },
      ).map(({ workload }) => workload),
    ).size;
  assert.equal(workloads({ id: "mlpi-1" }), 1);
  assert.equal(workloads({ id: "mlpt-1", task: "training", metric: "time_to_train_min" }), 1);
  assert.equal(workloads({ id: "dle-1" }), 2);
  const [one, other] = ratesOf({ source: "a" }, { source: "b" });
  assert.notEqual(one?.workload, other?.workload);
  const [version, newer] = ratesOf({ engine: "vLLM 0.8" }, { engine: "vLLM 0.9" });
  assert.equal(version?.workload, newer?.workload);
});

test("publishedRates() tells training from inference", () => {
  const step = { task: "training", phase: "training_step", metric: "throughput", unit: "images/s" };
  assert.deepEqual(
    ratesOf(step, {}).map(({ use }) => use),
    ["training", "inference"],
  );
});
