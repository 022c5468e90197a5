import assert from "node:assert/strict";
import { test } from "node:test";
import { sentRequests } from "./concurrency.ts";
import { servingEngine, withAttentionOf } from "./engine.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { statedSplit } from "./parallel.ts";
import type { Row } from "./row.ts";
import { servingQuery } from "./serving-query.ts";
import { benchRequests } from "./trtllm-bench.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "trtl-1",
  phase: "offline_throughput",
  model: "Llama-3.3-70B-Instruct",
  hardware: "NVIDIA H200 SXM 141GB",
  precision_weights: "fp8",
  engine: "TensorRT-LLM",
  engine_version: "0.20",
  batch_or_concurrency: "max",
  notes: "max-load offline (all requests queued, in-flight batching); PyTorch backend",
  accelerators: 1,
  tp: 1,
  pp: 1,
  input_tokens: 2048,
  output_tokens: 128,
};

const world = shippedWorld();

function engineOf(row: Partial<Row>) {
  const asked = servingQuery({ ...ROW, ...row }, world, "continuous");
  assert.ok(typeof asked !== "string", JSON.stringify(asked));
  return asked.query.placement.engine;
}

test("benchRequests() are as many as the benchmark's own table says, and none of a static batch", () => {
  const sent = (input_tokens: number, output_tokens: number) =>
    benchRequests({ ...ROW, input_tokens, output_tokens });
  assert.deepEqual(
    [sent(128, 128), sent(128, 2048), sent(500, 2000), sent(1000, 2000), sent(20_000, 2000)],
    [30_000, 3000, 3000, 1500, 1000],
  );
  assert.equal(benchRequests({ ...ROW, batch_or_concurrency: "64" }), null);
  assert.equal(sentRequests({ ...ROW, id: "misc-1" }), null);
});

test("benchEngine() holds what the benchmark thinks there is room for, in steps that bring as many prompts as end", () => {
  // 0.95 × (150.8e9 B − 70.55e9 of weights) / (163,840 B a token × 2,176) = 214 sequences, in steps of 32;
  // 17 tokens each = 3,635, in steps of 256.
  const { sequencesMax, stepTokensMax, memory } = engineOf({});
  assert.deepEqual([sequencesMax, stepTokensMax], [224, 3840]);
  assert.deepEqual(memory, { fraction: 0.95, of: "free" });
});

test("benchEngine() of one length for all, as releases to 0.14 had it, is their default", () => {
  assert.equal(engineOf({ engine_version: "0.14.0" }).sequencesMax, 4096);
  assert.equal(engineOf({ engine_version: "0.14.0" }).stepTokensMax, 8192);
});

test("benchEngine() leaves rows of others to their engine", () => {
  assert.equal(engineOf({ id: "misc-1" }).sequencesMax, 2048);
});

test("servingEngine() of the PyTorch back end launches prompts, whatever the release", () => {
  const device = world.device(ROW.hardware);
  assert.ok(device !== null);
  assert.equal(servingEngine(ROW, world.engines, device)?.id, "tensorrt-llm");
  const compiled = { ...ROW, notes: "max-load offline" };
  assert.equal(servingEngine(compiled, world.engines, device)?.id, "tensorrt-llm-0");
});

test("withAttentionOf() is on vector units before 0.7, and of other groups than eight heads before 0.10", () => {
  const [engine] = world.engines;
  assert.ok(engine !== undefined);
  const rate = (name: string, engine_version: string) => {
    const found = world.model(name);
    assert.ok(found !== null, name);
    return withAttentionOf({ ...ROW, engine_version }, engine, found.model).vectorAttention;
  };
  assert.equal(rate("Llama-2-70B", "0.6.1"), 15);
  assert.equal(rate("Llama-2-70B", "0.8.0"), undefined);
  assert.equal(rate("Mistral-7B", "0.9.0"), 15);
  assert.equal(rate("Mistral-7B", "0.17"), undefined);
});

test("statedSplit() of ranks with attention of their own that share experts is one replica", () => {
  const notes = "max-load offline; DEP4: attention data parallel + expert parallel over 4 GPUs";
  assert.deepEqual(statedSplit({ ...ROW, tp: 1, pp: 1, ep: 4, dp: 4, accelerators: 4, notes }), {
    parallel: { tensor: 1, pipeline: 1, data: 4, expert: 4 },
    replicas: 1,
  });
});
