import assert from "node:assert/strict";
import { test } from "node:test";
import { recipeOf } from "./recipe.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { statedSplit } from "./parallel.ts";
import { numericsOf } from "./precision.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

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

test("recipeOf() of DeepSeek in eight bits on four B200 leaves SGLang nearly all memory, and no more than 32 requests", () => {
  const row = { ...ROW, engine: "SGLang", accelerators: 4 };
  const { memory, sequencesMax, stepTokensMax, pollSteps } = recipeOf({ row, lengths, users: 32 });
  assert.equal(memory?.fraction, 1);
  assert.deepEqual([sequencesMax, stepTokensMax, pollSteps], [32, 8192, 10]);
  const others = [
    { accelerators: 8 },
    { hardware: "NVIDIA GB200 186GB" },
    { precision_weights: "nvfp4" },
  ];
  for (const other of others) {
    assert.equal(recipeOf({ row: { ...row, ...other }, lengths, users: 32 }).memory, undefined);
  }
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

test("recipeOf() of runs that draft holds one prompt on any device, and of split attention the tokens of one rank", () => {
  const row = { ...ROW, engine_version: "1.2.0rc6.post3" };
  assert.equal(recipeOf({ row, lengths, users: 64 }).stepTokensMax, 1344);
  assert.equal(recipeOf({ row: { ...row, dp: 8 }, lengths, users: 64 }).stepTokensMax, 1152);
  assert.equal(recipeOf({ row: ROW, lengths, users: 64 }).stepTokensMax, 8192);
});

const VLLM: Row = {
  ...ROW,
  engine: "vLLM",
  engine_version: "0.19.0",
  model: "MiniMaxAI/MiniMax-M2.5",
  input_tokens: 1024,
};

test("recipeOf() of MiniMax on Blackwell holds two prompts a step since vLLM 0.19, elsewhere what the engine does", () => {
  const asked = (row: Partial<Row>) =>
    recipeOf({ row: { ...VLLM, ...row }, lengths, users: 64 }).stepTokensMax;
  assert.equal(asked({}), 2048);
  assert.equal(asked({ engine_version: "0.17.0" }), undefined);
  assert.equal(asked({ hardware: "NVIDIA H200 SXM 141GB" }), undefined);
  const kimi = { model: "moonshotai/Kimi-K2.5", date: "2026-04-20" };
  assert.equal(asked(kimi), 2048);
  assert.equal(asked({ ...kimi, date: "2026-03-20" }), undefined);
});

test("recipeOf() of GLM-5 and Qwen3.5 on SGLang is that of their scripts", () => {
  const asked = (row: Partial<Row>) =>
    recipeOf({ row: { ...ROW, engine: "SGLang", ...row }, lengths, users: 8 });
  const glm = { model: "zai-org/GLM-5-FP8" };
  assert.deepEqual(asked(glm), { stepTokensMax: 32_768, sequencesMax: 8 });
  assert.deepEqual(asked({ ...glm, hardware: "NVIDIA H200 SXM 141GB" }), {});
  const qwen = { model: "Qwen/Qwen3.5-397B-A17B-FP8" };
  assert.deepEqual(asked(qwen), { stepTokensMax: 32_768, pollSteps: 10 });
  assert.deepEqual(asked({ ...qwen, hardware: "NVIDIA B300 SXM 288GB" }), {
    stepTokensMax: 16_384,
    pollSteps: 10,
  });
  assert.equal(asked({ ...qwen, precision_weights: "nvfp4" }).pollSteps, 30);
});

test("statedSplit() of devices that InferenceX's rows count twice is of half of them: attention of each where the script says so", () => {
  const row = { ...VLLM, tp: 2, ep: 4, dp: 2, accelerators: 4 };
  const placed = (cell: string) => statedSplit({ ...row, precision_weights: cell });
  const apart = { tensor: 1, pipeline: 1, data: 2, expert: 2 };
  assert.deepEqual(placed("nvfp4"), { parallel: apart, replicas: 1 });
  assert.deepEqual(placed("fp8"), { parallel: { ...apart, tensor: 2, data: 1 }, replicas: 1 });
  const notes = "aggregated; batch_size field 64, moe_tp 2, moe_ep 2; listed nvfp4";
  const tensorrt = { ...row, engine: "TensorRT-LLM", model: "openai/gpt-oss-120b", notes };
  const split = { ...apart, tensor: 2, data: 1 };
  assert.deepEqual(statedSplit({ ...tensorrt, tp: 4, ep: 2, dp: 1 })?.parallel, split);
  assert.deepEqual(statedSplit({ ...tensorrt, tp: 1, ep: 2, dp: 4 })?.parallel, apart);
  assert.equal(
    statedSplit({ ...tensorrt, tp: 4, dp: 1, notes: "moe_tp 4, moe_ep 1" })?.parallel.tensor,
    4,
  );
});

test("numericsOf() of gpt-oss keeps its cache in eight bits on Blackwell, as its scripts say, and in sixteen on Hopper", () => {
  const world = shippedWorld();
  const model = world.model("gpt-oss-120b")?.model;
  assert.ok(model !== undefined);
  const cache = (hardware: string, engine: string) => {
    const row = {
      ...VLLM,
      engine,
      hardware,
      model: "openai/gpt-oss-120b",
      precision_weights: "fp4",
    };
    return numericsOf(row, model, null)?.kv.bits;
  };
  for (const engine of ["vLLM", "TensorRT-LLM"]) {
    assert.equal(cache("NVIDIA B200 SXM 180GB", engine), 8);
    assert.equal(cache("NVIDIA H200 SXM 141GB", engine), 16);
  }
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
