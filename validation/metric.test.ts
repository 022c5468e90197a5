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

test("unitFactor() has SI units in each unit of the evidence", () => {
  const factors = {
    ...{ ms: 1e-3, us: 1e-6, µs: 1e-6, s: 1, min: 60, h: 3600, W: 1, kW: 1e3, J: 1, "J/token": 1 },
    ...{ millijoules: 1e-3, "TFLOP/s": 1e12, "TFLOP/s (model)": 1e12, TOPS: 1e12, "GFLOP/s": 1e9 },
    ...{ "TB/s": 1e12, "GB/s": 1e9, GB: 1e9, MB: 1e6, "%": 1e-2, "inferences/J": 1, "tok/s": 1 },
    ...{ fps: 1, "fps (inferences/s)": 1, "queries/s": 1, streams: 1, x: 1, USD: 1, "req/s": 1 },
  };
  for (const [unit, factor] of Object.entries(factors))
    assert.equal(unitFactor(unit), factor, unit);
  assert.equal(unitFactor("furlongs"), null);
});
