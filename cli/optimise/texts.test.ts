import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { zipSync } from "fflate";
import { ELEMENT, numbersOf, type ModelInput, type Tensors } from "../../core/optimise/index.ts";
import { emptyFolder } from "../_fake-shell.ts";
import { folderSamples } from "./sample-folder.ts";

const SHELL = { folder: "" } as never;

function input(name: string, role: ModelInput["role"], length: number): ModelInput {
  return { name, role, type: ELEMENT.int64, dims: [1, length], range: role === "tokens" ? 9 : 2 };
}

const INPUTS = [
  input("input_ids", "tokens", 4),
  input("attention_mask", "mask", 4),
  input("token_type_ids", "zeros", 4),
];

/** Splits at spaces; every text ends with [SEP]. */
const TOKENIZER = {
  added_tokens: [],
  normalizer: { type: "Lowercase" },
  pre_tokenizer: { type: "Whitespace" },
  post_processor: {
    type: "TemplateProcessing",
    single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "[SEP]", type_id: 0 } }],
    pair: [],
    special_tokens: { "[SEP]": { id: "[SEP]", ids: [1], tokens: ["[SEP]"] } },
  },
  decoder: null,
  model: {
    type: "WordLevel",
    unk_token: "[UNK]",
    vocab: { "[PAD]": 3, "[SEP]": 1, "[UNK]": 0, roads: 5, carry: 6, people: 7, far: 8 },
  },
};

function listed(samples: readonly Tensors[], name: string): readonly (readonly number[])[] {
  return samples.map(({ [name]: tensor }) => Array.from((tensor && numbersOf(tensor)) ?? []));
}

test("folderSamples() of texts puts them into words by the tokenizer beside the model, in pieces with masks", async () => {
  const [folder, beside] = [emptyFolder(), emptyFolder()];
  writeFileSync(join(beside, "tokenizer.json"), JSON.stringify(TOKENIZER));
  writeFileSync(join(folder, "a.txt"), "Roads carry people far carry");
  const samples = await folderSamples(folder, INPUTS, SHELL, { beside });
  assert.deepEqual(listed(samples, "input_ids"), [
    [5, 6, 7, 8],
    [6, 1, 3, 3],
  ]);
  assert.deepEqual(listed(samples, "attention_mask"), [
    [1, 1, 1, 1],
    [1, 1, 0, 0],
  ]);
  assert.deepEqual(listed(samples, "token_type_ids")[1], [0, 0, 0, 0]);
});

test("folderSamples() of numbers of words takes lists, and counts what came before as seen", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "a.json"), "[[5, 6, 7, 8, 5], [6]]");
  writeFileSync(join(folder, "b.json"), "[7, 8]");
  const longer = [INPUTS[0] as ModelInput, input("attention_mask", "mask", 6)];
  const samples = await folderSamples(folder, longer, SHELL);
  assert.deepEqual(listed(samples, "input_ids"), [
    [5, 6, 7, 8],
    [5, 0, 0, 0],
    [6, 0, 0, 0],
    [7, 8, 0, 0],
  ]);
  assert.deepEqual(listed(samples, "attention_mask")[1], [1, 1, 1, 0, 0, 0]);
});

test("folderSamples() refuses a text without a tokenizer, and words that the model does not have", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "a.txt"), "far");
  await assert.rejects(folderSamples(folder, INPUTS, SHELL), /tokenizer\.json beside it/u);
  const other = emptyFolder();
  writeFileSync(join(other, "a.json"), "[5, 9]");
  await assert.rejects(folderSamples(other, INPUTS, SHELL), /9 words that the model knows/u);
});

/** Of whole numbers, as NumPy writes them. Source: numpy/numpy, numpy/lib/format.py */
function npy(dims: string, values: readonly number[]): Uint8Array {
  const text = `{'descr': '<i8', 'fortran_order': False, 'shape': (${dims}), }`;
  const header = new TextEncoder().encode(text.padEnd(117, " ") + "\n");
  const start = [0x93, ..."NUMPY"].map((each) =>
    typeof each === "number" ? each : (each.codePointAt(0) ?? 0),
  );
  const body = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return Uint8Array.from([...start, 1, 0, header.length, 0, ...header, ...body]);
}

test("folderSamples() of an .npz is one sample, of an .npy of words rows", async () => {
  const folder = emptyFolder();
  const packed = Object.fromEntries(
    INPUTS.map(({ name }) => [`${name}.npy`, npy("1, 4", [1, 0, 1, 1])]),
  );
  writeFileSync(join(folder, "a.npz"), zipSync(packed));
  writeFileSync(join(folder, "b.npy"), npy("2, 3", [1, 2, 3, 4, 5, 6]));
  const samples = await folderSamples(folder, INPUTS, SHELL);
  assert.deepEqual(listed(samples, "input_ids"), [
    [1, 2, 3, 0],
    [4, 5, 6, 0],
    [1, 0, 1, 1],
  ]);
});
