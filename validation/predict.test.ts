import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW } from "./fixtures/row.ts";
import { predict } from "./predict.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const world = shippedWorld();

function middle(row: Row): number {
  const answer = predict(row, world);
  assert.ok("interval" in answer, JSON.stringify(answer));
  return answer.interval.p50;
}

function reason(row: Row): string {
  const answer = predict(row, world);
  assert.ok("unanswered" in answer, JSON.stringify(answer));
  return answer.unanswered;
}

const NEURON: Row = {
  ...ROW,
  id: "neuron-1",
  model: "resnet50",
  phase: "offline_throughput",
  hardware: "AWS Inferentia2 (inf2.xlarge)",
  accelerators: 1,
  precision_weights: "FP32",
  engine: "PyTorch + AWS Neuron SDK",
  batch_or_concurrency: "64",
  metric: "throughput",
  unit: "inferences/s",
};

test("predict() of a million inferences is the printed hourly rate over the rate of the same run", () => {
  const notes = "hourly rate 0.36 USD";
  const cost = middle({ ...NEURON, notes, metric: "cost_per_1M_inferences", unit: "USD" });
  const rate = middle({ ...NEURON, notes });
  assert.ok(Math.abs(cost / ((1e6 * 0.36) / 3600 / rate) - 1) < 1e-9, `${cost}`);
  const unpriced = { ...NEURON, metric: "cost_per_1M_inferences", unit: "USD" };
  assert.equal(reason(unpriced), "condition missing: price");
});

const WRITES: Row = {
  ...ROW,
  id: "openvino-1",
  model: "llama-2-7b-chat-hf",
  phase: "decode",
  hardware: "Intel Xeon Platinum 8480+",
  precision_weights: "int4-mixed",
  engine: "OpenVINO GenAI",
  batch_or_concurrency: "1",
  input_tokens: 1024,
};

test("predict() of a process's memory is weights, a prompt's activations, its cache and the runtime", () => {
  const asked = { ...WRITES, metric: "max_rss", unit: "MB", value: 5000 };
  const [short, long] = [middle({ ...asked, input_tokens: 32 }), middle(asked)];
  assert.ok(short > 3.4e9 + 0.5 * 2 ** 30 && short < 4.6e9, `${short}`);
  const cache = (1024 - 32) * 2 * 32 * 4096 * 2;
  assert.ok(long - short > cache && long - short < 1.5 * cache, `${long - short} and ${cache}`);
  assert.match(reason({ ...asked, model: "resnet50" }), /tokens and queues of a network/);
});

const TRAINED: Row = {
  ...ROW,
  id: "mlperf-train-1",
  task: "training",
  phase: "training_step",
  hardware: "TPU v3 (system tpu-v3-512)",
  accelerators: 256,
};

test("predict() of samples to quality is what the references took, within a third", () => {
  const asked = { ...TRAINED, metric: "samples_to_converge", unit: "samples" };
  const lora = { ...asked, model: "MLPerf llama2_70b_lora", batch_or_concurrency: "8" };
  assert.equal(middle(lora), 3072);
  const ssd = { ...asked, model: "MLPerf ssd", batch_or_concurrency: "1024" };
  assert.equal(middle({ ...ssd, notes: "MLPerf Training v0.6 closed" }), 50 * 117266);
  assert.ok(middle({ ...ssd, notes: "MLPerf Training v2.0 closed" }) < 50 * 117266 * 2);
  assert.notEqual(middle({ ...ssd, notes: "MLPerf Training v2.0 closed" }), 50 * 117266);
  const never = { ...asked, model: "MLPerf gnmt", batch_or_concurrency: "8192" };
  assert.match(reason(never), /^condition missing: samples to quality/);
});

test("predict() of a device that its source does not name misses a condition", () => {
  for (const hardware of [
    "CPU: 2x Intel(R) Xeon(R) (code named Sapphire Rapids) ( cores each as listed)",
    "AWS Inferentia2 or Trainium host (README does not name the instance)",
  ]) {
    assert.equal(reason({ ...NEURON, hardware }), "condition missing: device");
  }
  const hosted = "NVIDIA Jetson AGX Orin 32G (host ARMv8 Processor rev 1 (v8l))";
  assert.ok(middle({ ...NEURON, hardware: hosted }) > 0);
  const own = { ...NEURON, model: "MLPerf open resnet50", hardware: "AMD/Xilinx Alveo U250" };
  assert.match(reason(own), /laid out on the FPGA/);
  const named = { ...own, hardware: "AMD/Xilinx VCK5000 (DPU v4e)", precision_weights: "int8" };
  assert.ok(middle({ ...named, id: "mlperf-open-1" }) > 0);
});

const CHAT: Row = {
  ...ROW,
  id: "mlperf-inf-1",
  model: "MLPerf llama2-70b-99",
  hardware: "AMD Instinct MI300X",
  accelerators: 8,
  precision_weights: "fp8",
  batch_or_concurrency: "",
  output_tokens: 294,
};

test("predict() of a chat's longest answers is a first token and all that its model may write; of GPT-J the printed bound", () => {
  const notes = "max_new_tokens 1024; TTFT limit 2000 ms, TPOT limit 200 ms";
  const tail = middle({ ...CHAT, notes, metric: "latency_p99" });
  const tpot = middle({ ...CHAT, notes, metric: "tpot_mean" });
  const ttft = middle({ ...CHAT, notes, metric: "ttft_mean" });
  assert.ok(Math.abs(tail / (ttft + 1023 * tpot) - 1) < 1e-9, `${tail}, ${ttft}, ${tpot}`);
  const searched = { ...CHAT, model: "MLPerf gptj-99", metric: "latency_p99", output_tokens: 69 };
  assert.equal(middle({ ...searched, notes: "beam search 4; target latency 20000 ms" }), 20);
});

test("predict() of experts on eight groups that are padded, behind prompts that add nothing, has a figure", () => {
  const row: Row = {
    ...ROW,
    id: "mle3-1",
    model: "deepseek-ai/DeepSeek-V3.1",
    hardware: "NVIDIA B200 SXM 180GB",
    date: "2026-02-16",
    engine: "vLLM",
    engine_version: "0.11.1",
    precision_weights: "fp8",
    batch_or_concurrency: "64",
    metric: "output_tokens_per_s",
    unit: "tokens/s",
    notes: "task lm-arena-chat; max_num_seqs 64 (average running batch 63.94), steady state",
    accelerators: 8,
    tp: 8,
    pp: 1,
    ep: 8,
    dp: 1,
    output_tokens: 848.57,
  };
  const answer = predict(row, world);
  assert.ok("interval" in answer && answer.interval.p50 > 0, JSON.stringify(answer));
});

test("predict() of one device needs no memory that would tell how it is split", () => {
  const hardware = "Apple M2 Pro";
  assert.equal(world.device(hardware)?.memory?.capacity, undefined);
  const row = {
    ...WRITES,
    hardware,
    accelerators: 1,
    precision_weights: "Q4_0",
    batch_or_concurrency: "1",
  };
  const rate = middle({
    ...row,
    engine: "llama.cpp (Metal)",
    metric: "decode_throughput",
    unit: "tok/s",
  });
  assert.ok(rate > 20 && rate < 53, `${rate} tokens a second of 3.8 GB at 200 GB/s`);
  assert.match(reason({ ...row, accelerators: 2 }), /parallel split/);
});
