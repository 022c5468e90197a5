import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeModelEntry, findModel } from "./find-model.ts";
import type { ModelEntry } from "./find-model.ts";
import { parameterCount } from "./parameter-count.ts";

const FOLDER = new URL("../../catalogue/models/", import.meta.url);
const entries: readonly ModelEntry[] = readdirSync(FOLDER)
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as ModelEntry)
  .filter((entry) => entry.config !== undefined);

const SHARE_MAX = 0.005;

test("decodeModelEntry() reads every transformer of the catalogue, with nothing unknown", () => {
  for (const entry of entries) {
    const model = decodeModelEntry(entry);
    assert.ok(model.ok, `${entry.id}: ${JSON.stringify(model)}`);
    const notes = model.value.kind === "transformer" ? (model.value.assumptions ?? []) : [];
    const unknown = notes.filter((note) => note.includes("not known"));
    assert.deepEqual(entry.id.startsWith("chameleon") ? [] : unknown, [], entry.id);
  }
});

for (const entry of entries) {
  const { published } = entry;
  if (published === undefined) continue;
  test(`parameterCount() of ${entry.id} is within 0.5 % of the published count`, () => {
    const model = decodeModelEntry(entry);
    assert.ok(model.ok);
    const stated = published.total - (published.beside?.parameters ?? 0);
    const apart = Math.abs(parameterCount(model.value).total - stated);
    const most = Math.max(SHARE_MAX * stated, published.rounded ?? 0);
    assert.ok(apart <= most, `computed ${parameterCount(model.value).total}, published ${stated}`);
  });
}

test("catalogue models without a published count are those whose sources print none", () => {
  const without = entries.filter((entry) => entry.published === undefined).map(({ id }) => id);
  assert.ok(without.length <= 15, without.join(", "));
});

test("findModel() resolves each id, name and alias of the catalogue to its own entry", () => {
  for (const entry of entries) {
    for (const name of [entry.id, entry.name, ...entry.aliases]) {
      const found = findModel(entries, name);
      assert.ok(found.ok, name);
      assert.equal(found.value.entry.id, entry.id, name);
    }
  }
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

test("findModel() knows each of the 93 models that tables of measurements speak of", () => {
  const all = readdirSync(FOLDER).map(
    (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as ModelEntry,
  );
  const names = WELL_KNOWN.trim().split(/\s+/u);
  assert.equal(names.length, 93);
  for (const name of names) assert.ok(findModel(all, name).ok, name);
});

test("findModel() takes a format at the end of a name as a hint", () => {
  const cases = [
    ["Qwen3-32B-FP8", "qwen3-32b"],
    ["nvidia/Llama-3.1-405B-Instruct-NVFP4", "llama3.1-405b"],
    ["someone/Meta-Llama-3-8B-Instruct-AWQ", "llama3-8b"],
    ["mistral-7b-instruct-v0.3-Q4_K_M.gguf", "mistral-7b-v0.3"],
  ] as const;
  const formats = cases.map(([name, id]) => {
    const found = findModel(entries, name);
    assert.ok(found.ok, name);
    assert.equal(found.value.entry.id, id);
    return found.value.numerics;
  });
  assert.deepEqual(formats, [null, "nvfp4", "w4a16", "q4_k_m"]);
});

test("findModel() takes a version behind a size for a training, and any other for another model", () => {
  const versioned = findModel(entries, "lmsys/vicuna-13b-v1.5");
  assert.equal(versioned.ok && versioned.value.entry.id, "vicuna-13b");
  assert.ok(!findModel(entries, "deepseek-v9").ok);
  assert.ok(!findModel(entries, "bert-base-v2").ok);
});

test("findModel() of a misspelt name offers the closest", () => {
  const found = findModel(entries, "qwen3-23b");
  assert.ok(!found.ok);
  assert.match(found.error.expected, /qwen3-32b/u);
});

test("findModel() takes a name that differs from a known one in nothing but dashes", () => {
  for (const name of ["gpt-2", "openai/gpt-2", "GPT_2"]) {
    const found = findModel(entries, name);
    assert.equal(found.ok && found.value.entry.id, "gpt2");
  }
});
