import assert from "node:assert/strict";
import { test } from "node:test";
import { recipeOf } from "./recipe.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import type { Row } from "./row.ts";

const ROW: Row = {
  ...BARE,
  id: "aice-1",
  date: "2026-02-05",
  model: "deepseek-ai/DeepSeek-R1",
  hardware: "NVIDIA B200 SXM 180GB",
  precision_weights: "fp8",
  engine: "TensorRT-LLM",
  engine_version: "1.2.0rc6",
  metric: "ttft_ms",
};

const SHORT = { mean: 921.6, variation: 0.2 / Math.sqrt(12) / 0.9 };
const lengths = { input: SHORT, output: SHORT };

test("recipeOf() of attention data parallelism lets prompts wait for those of other ranks", () => {
  assert.equal(recipeOf({ row: { ...ROW, dp: 8 }, lengths, users: 64 }).pollSteps, 60);
  assert.equal(recipeOf({ row: ROW, lengths, users: 32 }).pollSteps, undefined);
});

test("recipeOf() of SGLang looks for requests now and then", () => {
  const row = { ...ROW, engine: "SGLang", precision_weights: "nvfp4" };
  assert.deepEqual(recipeOf({ row, lengths, users: 8 }), {
    stepTokensMax: 16_384,
    pollSteps: 10,
  });
  assert.equal(recipeOf({ row, lengths, users: 16 }).pollSteps, 30);
});

test("recipeOf() of H200 holds one prompt and the users' tokens a step", () => {
  const row = { ...ROW, hardware: "NVIDIA H200 SXM 141GB" };
  assert.equal(recipeOf({ row, lengths, users: 64 }).stepTokensMax, 1152);
});

test("recipeOf() of images that draft makes room for drafts: three, or one where attention is split", () => {
  const row = { ...ROW, hardware: "NVIDIA H200 SXM 141GB", engine_version: "1.2.0rc6.post3" };
  const drafted = recipeOf({ row, lengths, users: 64 });
  assert.equal(drafted.speculation?.drafted, 3);
  assert.equal(drafted.stepTokensMax, 1344);
  assert.equal(recipeOf({ row: { ...row, dp: 8 }, lengths, users: 64 }).speculation?.drafted, 1);
});

test("recipeOf() of other sources is nothing", () => {
  assert.deepEqual(recipeOf({ row: { ...ROW, id: "mlpi-1", dp: 8 }, lengths, users: 64 }), {});
});

test("recipeOf() takes what a row spells out of vLLM's first scheduler", () => {
  const notes = "num-scheduler-step 15, chunked prefill FALSE, max-num-seqs 1024";
  const row = { ...ROW, id: "amd-1", engine: "vLLM", notes };
  assert.deepEqual(recipeOf({ row, lengths, users: 8 }), {
    pollSteps: 15,
    sequencesMax: 1024,
    promptsAlone: true,
    stepTokensMax: 131_072,
  });
  const table = { ...row, notes: "benchmark_throughput.py, tokens_per_second" };
  assert.equal(recipeOf({ row: table, lengths, users: 8 }).promptsAlone, true);
  assert.deepEqual(recipeOf({ row: { ...row, notes: "" }, lengths, users: 8 }), {});
});
