import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findModel, type ModelEntry } from "../core/index.ts";
import { ran } from "./_fake-shell.ts";
import { COMMANDS } from "./commands.ts";

const entries = catalogue.models as readonly ModelEntry[];

test("tenlane read of every model of the catalogue prints its parts, in JSON as the schema says", async () => {
  const schema = await COMMANDS.find(({ name }) => name === "read")?.schema?.();
  assert.ok(schema !== undefined);
  for (const { id } of entries) {
    const text = await ran(["read", id]);
    assert.equal(text.status, 0, `${id}: ${text.err}`);
    assert.match(text.out, /parameters +[\d.]+ ?[kMGT]?/u, id);
    assert.doesNotMatch(text.out, /NaN|undefined|unknown|∞|\[object/u, id);
    for (const line of text.out.split("\n")) assert.ok(line.length <= 200, `${id}: ${line}`);
    const json = await ran(["read", id, "--json"]);
    const read = schema.safeParse(JSON.parse(json.out));
    assert.ok(read.success, `${id}: ${read.error?.message}`);
  }
  assert.ok(entries.length >= 250);
});

test("tenlane read says what weights take and what a token leaves in the cache, by kind of layer", async () => {
  const shown = [
    ["qwen3-32b", /^ {2}weights +65\.5 GB\n {2}cache +262 kB a token$/mu],
    ["gemma3-27b", /cache +426 kB a token up to 1024 tokens, 81\.9 kB a token$/mu],
    ["qwen3-next-80b-a3b", /cache +24\.6 kB a token, 39\.5 MB whatever the length$/mu],
    ["resnet-50", /^conv +53 +23\.5M/mu],
    ["resnet50 176px", /^ {2}input +image \[3, 176, 176\]$/mu],
    ["dlrm-v3", /^gather +6 +517B/mu],
  ] as const;
  for (const [id, expected] of shown) assert.match((await ran(["read", id])).out, expected);
});

/** What a reader of the field's tables meets first: language models, encoders, vision, speech, MLPerf's networks. */
const WELL_KNOWN = `
  llama2-7b llama2-13b llama2-70b llama3-8b llama3-70b llama3.1-8b llama3.1-70b llama3.1-405b
  llama3.2-1b llama3.2-3b llama4-scout llama4-maverick mistral-7b mixtral-8x7b mixtral-8x22b
  qwen2.5-0.5b qwen2.5-1.5b qwen2.5-3b qwen2.5-7b qwen2.5-14b qwen2.5-32b qwen2.5-72b
  qwen3-0.6b qwen3-1.7b qwen3-4b qwen3-8b qwen3-14b qwen3-32b qwen3-30b-a3b qwen3-235b-a22b
  qwen3-coder-480b-a35b deepseek-v2 deepseek-v2-lite deepseek-v3 deepseek-r1 kimi-k2 glm-4.5
  glm-4.5-air gemma2-2b gemma2-9b gemma2-27b gemma3-1b gemma3-4b gemma3-12b gemma3-27b phi-2
  phi-3-mini phi-3-medium phi-4 phi-4-mini gpt-oss-20b gpt-oss-120b falcon-7b falcon-40b
  falcon-180b opt-125m opt-1.3b opt-6.7b opt-30b opt-66b opt-13b gpt-j-6b gpt3-175b bert-base
  bert-large t5-v1_1-base t5-v1_1-large flan-t5-xxl vit-base-16 vit-large-16 clip-vit-b-32
  clip-vit-b-16 clip-vit-l-14 whisper-tiny whisper-base whisper-small whisper-medium
  whisper-turbo whisper-large-v3 sdxl-unet resnet-50 retinanet-800 yolo26n yolo26s yolo26m
  yolo26l yolo26x unet-3d-kits19 dlrm-v2 dlrm-v3 rnnt minilm-l6-v2 multilingual-e5-large
`;

test("each of the 93 models that tables of measurements speak of is found by name", () => {
  const names = WELL_KNOWN.trim().split(/\s+/u);
  assert.equal(names.length, 93);
  for (const name of names) assert.ok(findModel(entries, name).ok, name);
});
