import assert from "node:assert/strict";
import { test } from "node:test";
import { generatedSamples, numbersOf } from "../../core/optimise/index.ts";
import type { HostTensor, ModelInput, Runner, Tensors } from "../../core/optimise/index.ts";
import { readSamples, textInputs } from "./reading.ts";

const INT64 = 7;
const input = (
  name: string,
  role: ModelInput["role"],
  dims: readonly number[],
  type = INT64,
): ModelInput => ({ name, role, dims, type, range: 50 });

/** Three words before, one new; two heads of four. */
const INPUTS = [
  input("ids", "tokens", [1, 1]),
  input("mask", "mask", [1, 4]),
  input("places", "places", [1, 1]),
  input("past", "state", [1, 2, 3, 4], 1),
];
const DECODER = {
  tokens: "ids",
  mask: "mask",
  places: "places",
  scores: "logits",
  heads: 2,
  head: 4,
  tensors: [{ past: "past", present: "present" }],
};
const READING = { decoder: DECODER, inputs: INPUTS };
const KEPT: HostTensor = { type: 1, dims: [1, 2, 3, 4], bytes: new Uint8Array(96).fill(1) };

function fakeRunner(answer: readonly Tensors[] | null) {
  const asked: Tensors[] = [];
  const runner: Pick<Runner, "outputs"> = {
    outputs: async (_, feeds) => {
      asked.push(...feeds);
      return answer === null
        ? { kind: "failed", reason: "error", message: "one word at a time" }
        : { kind: "done", value: answer };
    },
  };
  return { runner, asked };
}

const shown = (sample: Tensors | undefined, name: string) => {
  const tensor = sample?.[name];
  return tensor === undefined ? null : [tensor.dims, Array.from(numbersOf(tensor) ?? [])];
};

test("textInputs() has words before and new in one, and no cache", () => {
  assert.deepEqual(
    textInputs(READING).map(({ name, dims }) => [name, dims]),
    [
      ["ids", [1, 4]],
      ["mask", [1, 4]],
      ["places", [1, 4]],
    ],
  );
});

test("readSamples() are the last words behind what the model keeps of the first", async () => {
  const texts = generatedSamples(textInputs(READING), 1, 1);
  const words = Array.from(numbersOf(texts[0]!["ids"]!) ?? []);
  const { runner, asked } = fakeRunner([{ present: KEPT, logits: KEPT }]);
  const found = await readSamples(texts, READING, { runner, model: new Uint8Array() });
  assert.deepEqual(shown(asked[0], "ids"), [[1, 3], words.slice(0, 3)]);
  assert.deepEqual(shown(asked[0], "places"), [
    [1, 3],
    [0, 1, 2],
  ]);
  assert.deepEqual(shown(asked[0], "mask"), [
    [1, 3],
    [1, 1, 1],
  ]);
  assert.deepEqual(shown(asked[0], "past"), [[1, 2, 0, 4], []]);
  const [sample] = found ?? [];
  assert.deepEqual(shown(sample, "ids"), [[1, 1], words.slice(3)]);
  assert.deepEqual(shown(sample, "places"), [[1, 1], [3]]);
  assert.deepEqual(shown(sample, "mask"), [
    [1, 4],
    [1, 1, 1, 1],
  ]);
  assert.equal(sample?.["past"], KEPT);
});

test("readSamples() of a model that reads one word at a time is null", async () => {
  const texts = generatedSamples(textInputs(READING), 1, 1);
  const { runner } = fakeRunner(null);
  assert.equal(await readSamples(texts, READING, { runner, model: new Uint8Array() }), null);
});
