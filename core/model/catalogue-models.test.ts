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

test("parameterCount() is exact where a published share would hide a row: OPT's positions, Mixtral's experts", () => {
  const counted = (id: string) => {
    const entry = entries.find((each) => each.id === id);
    assert.ok(entry !== undefined);
    const model = decodeModelEntry(entry);
    assert.ok(model.ok);
    return parameterCount(model.value);
  };
  assert.equal(counted("opt-125m").total, 125_239_296);
  assert.equal(counted("mixtral-8x7b").active, 46_702_792_704 - 6 * 32 * 3 * 4096 * 14_336);
});

test("decodeModelEntry() of an encoder sees both ways, of a decoder backwards alone", () => {
  const causal = ["bert-base", "vit-base-16", "qwen3-32b"].map((id) => {
    const entry = entries.find((each) => each.id === id);
    assert.ok(entry !== undefined);
    const model = decodeModelEntry(entry);
    assert.ok(model.ok && model.value.kind === "transformer");
    const [mixer] = model.value.stacks[0]?.layers[0]?.layer.mixers ?? [];
    return mixer?.kind === "attention" && mixer.causal;
  });
  assert.deepEqual(causal, [false, false, true]);
});

/** Sizes by which scripts of training and sums of benchmarks name models, which nobody counted. */
const UNCOUNTED =
  /^(bert-6b|gpt-(20|89)b|gpt3-(5|20)b|mpt-|maxtext-|nemotron-3-8b|persimmon-8b|qwen3-omni-30b|transformer-big|albert-xlarge-v2)/u;

test("catalogue models without a published count are those of which no source prints one of the same model", () => {
  const without = entries.filter((entry) => entry.published === undefined).map(({ id }) => id);
  assert.deepEqual(
    without.filter((id) => !UNCOUNTED.test(id)),
    [],
  );
  assert.ok(without.length <= 26, without.join(", "));
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

test("findModel() takes a format at the end of a name as a hint, in one that the catalogue lists too", () => {
  const cases = [
    ["Qwen3-32B-FP8", "qwen3-32b"],
    ["nvidia/DeepSeek-R1-NVFP4", "deepseek-r1"],
    ["someone/Llama-3.1-70B-FP8", "llama3.1-70b"],
    ["nvidia/Llama-3.1-405B-Instruct-NVFP4", "llama3.1-405b"],
    ["someone/Meta-Llama-3-8B-Instruct-AWQ", "llama3-8b"],
    ["RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "llama3.1-8b"],
    ["mistral-7b-instruct-v0.3-Q4_K_M.gguf", "mistral-7b-v0.3"],
  ] as const;
  const formats = cases.map(([name, id]) => {
    const found = findModel(entries, name);
    assert.ok(found.ok, name);
    assert.equal(found.value.entry.id, id);
    return found.value.numerics;
  });
  assert.deepEqual(formats, ["fp8", "nvfp4", "fp8", "nvfp4", "w4a16", "w4a16", "q4_k_m"]);
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

test("findModel() of a name like no other says how to list them, and offers none", () => {
  const found = findModel(entries, "nosuchmodel");
  assert.ok(!found.ok);
  assert.equal(
    found.error.expected,
    "a known model, as tenlane catalogue --list models names them",
  );
});

test("findModel() takes a name that differs from a known one in nothing but dashes", () => {
  for (const name of ["gpt-2", "openai/gpt-2", "GPT_2"]) {
    const found = findModel(entries, name);
    assert.equal(found.ok && found.value.entry.id, "gpt2");
  }
});

test("parameterCount() is the very count of most models whose source prints every digit", () => {
  const printed = entries.filter(({ published }) => (published?.total ?? 0) % 1000 !== 0);
  const exact = printed.filter((entry) => {
    const model = decodeModelEntry(entry);
    assert.ok(model.ok);
    const stated = (entry.published?.total ?? 0) - (entry.published?.beside?.parameters ?? 0);
    return parameterCount(model.value).total === stated;
  });
  assert.ok(exact.length >= 173, `${exact.length} of ${printed.length}`);
});
