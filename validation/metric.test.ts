import assert from "node:assert/strict";
import { test } from "node:test";
import { metricOf, unitFactor } from "./metric.ts";

const CASES = [
  ["tpot_ms", "online_serving", "ms", "tpot", "typical"],
  ["ttft_p99_ms", "online_serving", "ms", "ttft", "p99"],
  ["itl_mean", "online_serving", "ms", "tpot", "typical"],
  ["latency_per_token_p50", "decode", "ms", "tpot", "typical"],
  ["latency_ms", "op_kernel", "ms", "kernel-time", "typical"],
  ["latency_p95", "offline_throughput", "ms", "latency", "p95"],
  ["total_token_throughput", "offline_throughput", "tok/s", "total-rate", "typical"],
  ["output_token_throughput_under_latency", "online_serving", "tok/s", "output-rate", "typical"],
  ["tokens_per_s_per_gpu", "training_step", "tokens/s", "total-rate", "typical"],
  ["tokens_per_s_per_gpu", "offline_throughput", "tokens/s", "output-rate", "typical"],
  ["throughput_end_to_end", "decode", "tok/s", "output-rate", "typical"],
  ["throughput_multi_thread", "offline_throughput", "fps", "sample-rate", "typical"],
  ["training_throughput", "training_step", "sequences/s", "sample-rate", "typical"],
  ["throughput_per_joule", "offline_throughput", "inferences/J", "samples-joule", "typical"],
  ["cost_per_1M_inferences", "offline_throughput", "USD", "cost", "typical"],
  ["samples_to_converge", "training_step", "samples", "samples", "typical"],
  ["max_rss", "decode", "MB", "memory", "typical"],
  ["avg_system_power", "offline_throughput", "W", "power", "typical"],
  ["energy_per_stream", "single_batch_latency", "millijoules", "energy-sample", "typical"],
  ["scheduled_qps_under_latency", "online_serving", "samples/s", "sample-rate", "typical"],
  ["mfu", "training_step", "%", "utilisation", "typical"],
  ["bus_bandwidth_gb_per_s", "op_kernel", "GB/s", "bus-bandwidth", "typical"],
] as const;

for (const [name, phase, unit, quantity, statistic] of CASES) {
  test(`metricOf() reads ${name} of ${phase} as ${quantity}`, () => {
    assert.deepEqual(metricOf(name, phase, unit), { quantity, statistic });
  });
}

test("unitFactor() turns published units into SI units", () => {
  assert.equal(unitFactor("ms"), 1e-3);
  assert.equal(unitFactor("min"), 60);
  assert.equal(unitFactor("TFLOP/s (model)"), 1e12);
  assert.equal(unitFactor("fps (inferences/s)"), 1);
  assert.equal(unitFactor("J/request"), 1);
});

test("unitFactor() of a unit nobody knows is unknown, not one", () => {
  assert.equal(unitFactor("furlongs"), null);
});

const SI: readonly (readonly [factor: number, units: string])[] = [
  [1e-6, "us µs"],
  [1e-3, "ms millijoules"],
  [1e-2, "%"],
  [1, "s W J J/token J/video x USD streams samples images/s tokens/s tok/s fps qps req/s"],
  [60, "min"],
  [3600, "h"],
  [1e3, "kW"],
  [1e6, "MB"],
  [1e9, "GB GB/s GFLOP/s"],
  [1e12, "TB/s TFLOP/s TOPS"],
];

test("unitFactor() has SI units in each unit of the evidence", () => {
  for (const [factor, units] of SI) {
    for (const unit of units.split(" ")) assert.equal(unitFactor(unit), factor, unit);
  }
});
