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

function seconds(row: Partial<Row>): number {
  const answer = predictKernel({ ...ROW, ...row }, shippedWorld());
  assert.ok("interval" in answer);
  return answer.interval.p50;
}

test("predictKernel() of a product that Python launched takes what its host does where that is longer, a large one its own time", () => {
  const row = { engine: "vLLM", precision_weights: "fp8 (block)" };
  const small = { ...row, model: "GEMM m8 n4096 k4096" };
  const notes = "single linear layer; kernel DeepGemmFp8BlockScaledMMKernel; device label";
  const on = (hardware: string) => seconds({ ...small, hardware, notes });
  assert.equal(on("NVIDIA H100 SXM 80GB"), 88e-6);
  assert.ok(seconds(small) < 20e-6);
  // Blackwell lays scales out for each call: 149 us with vLLM 0.25, 172 to 222 with 0.24; Grace takes 300
  assert.ok(on("NVIDIA B200 SXM 180GB") > 149e-6 && on("NVIDIA B200 SXM 180GB") < 190e-6);
  assert.ok(on("NVIDIA GB200 186GB") > 1.5 * on("NVIDIA B200 SXM 180GB"));
  const large = { ...row, model: "GEMM m16384 n51200 k8192" };
  assert.equal(seconds({ ...large, notes }), seconds(large));
});

test("predictKernel() of a kernel written as a grid pays for each block, and JAX for each call", () => {
  const row = {
    hardware: "Google TPU v5e (1 chip)",
    precision_weights: "bf16",
    engine: "JAX Pallas",
  };
  const product = { ...row, model: "matmul 4096x4096x4096" };
  const tiled = seconds({ ...product, notes: "Pallas matmul bm128 bk128 bn128; timeit" });
  const plain = seconds({ ...product, engine: "XLA" });
  assert.ok(Math.abs(tiled - plain - 32 ** 3 * 0.35e-6) < 1e-9, `${tiled} ${plain}`);
  assert.equal(seconds({ ...row, model: "matmul 1024x1024x1024" }), 121e-6);
});

test("predictKernel() of NCCL's small all-reduce runs its rings, not an engine's kernel", () => {
  const row = { model: "all_reduce 8192 bytes", accelerators: 8, precision_weights: "bf16" };
  const library = seconds({ ...row, engine: "NCCL (nccl-tests)" });
  assert.ok(library > 2 * seconds({ ...row, engine: "vLLM" }) && library < 26e-6, `${library}`);
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
