import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW as BARE } from "./fixtures/row.ts";
import { kernelOperator } from "./kernel.ts";
import { predictKernel } from "./predict-kernel.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  phase: "op_kernel",
  model: "GEMM m8192 n512 k7168",
  hardware: "NVIDIA H100 SXM 80GB",
  precision_weights: "fp8",
  metric: "latency_ms",
  per: "gpu",
};

function weights(row: Row): string | null {
  const work = kernelOperator(row)?.work;
  return work?.kind === "matmul" ? work.weights.name : null;
}

test("kernelOperator() of DeepGEMM's FP8 has a scale for each block, whatever the cell says", () => {
  assert.equal(weights({ ...ROW, engine: "DeepGEMM (per a README)" }), "fp8-block");
  assert.equal(weights({ ...ROW, engine: "vLLM" }), "fp8");
});

test("predictKernel() of a framework's product that a host waited for is 22 us longer, and no other", () => {
  const world = shippedWorld();
  const time = (source: string) => {
    const answer = predictKernel({ ...ROW, source }, world);
    assert.ok("interval" in answer);
    return answer.interval.p50;
  };
  const awaited = time("LLMCompass artifact (real hardware)") - time("InferSim");
  assert.ok(Math.abs(awaited - 22e-6) < 1e-12, `${awaited}`);
});

test("predictKernel() of a library's product alone leaves out the pass that engines round activations in", () => {
  const world = shippedWorld();
  const time = (engine: string, cell: string) => {
    const answer = predictKernel({ ...ROW, engine, precision_weights: cell }, world);
    assert.ok("interval" in answer);
    return answer.interval.p50;
  };
  const served = time("TensorRT-LLM", "fp8");
  const bare = time("cuBLASLt CUDA 12.6", "fp8");
  assert.ok(bare < 0.7 * served, `${bare} of ${served}`);
  assert.equal(time("TensorRT-LLM", "bf16"), time("cuBLASLt CUDA 12.6", "bf16"));
});

test("predictKernel() counts the bytes that cross the busiest link: twice those of a gather for a sum over all", () => {
  const rate = (model: string, metric: string, unit: string) => {
    const sent = { ...ROW, model, accelerators: 8, precision_weights: "fp16", metric, unit };
    const answer = predictKernel({ ...sent, engine: "NCCL" }, shippedWorld());
    assert.ok("interval" in answer, JSON.stringify(answer));
    return answer.interval.p50;
  };
  for (const [model, crossings] of [
    ["all_reduce 1048576 bytes", (2 * 7) / 8],
    ["all_gather 1048576 bytes", 7 / 8],
  ] as const) {
    const bytes = rate(model, "bus_bandwidth_gb_per_s", "GB/s") * rate(model, "latency_ms", "ms");
    assert.ok(Math.abs(bytes / (1048576 * crossings) - 1) < 0.03, `${model}: ${bytes}`);
  }
});
