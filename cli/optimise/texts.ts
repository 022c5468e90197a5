/** Texts of a folder as numbers of words: put into numbers by the tokenizer beside them or the model, or given so. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { decode } from "../../core/decode.ts";
import {
  hostTensorFromNpy,
  numbersOf,
  tokenSamples,
  type ModelInput,
  type Tensors,
} from "../../core/optimise/index.ts";
import { kindOf, readJson } from "../files.ts";
import { accepted, inputError } from "../input-error.ts";

const TEXT = /\.(?:txt|json)$/iu;
const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";
/** Files of a tokenizer are no texts. */
const BESIDE = /^(?:tokenizer|config|special_tokens|added_tokens|vocab|generation_config|merges)/iu;

const row = z.array(z.int());
const rows = z.union([row.transform((each) => [each]), z.array(row)]);

/** Whether a file of that name holds a text, or rows of numbers for a model that takes words. */
export function isText(name: string, inputs: readonly ModelInput[]): boolean {
  if (BESIDE.test(name) || !inputs.some(({ role }) => role === "tokens")) return false;
  return TEXT.test(name) || (inputs.length > 1 && name.toLowerCase().endsWith(".npy"));
}

/**
 * The texts at `paths` as samples of `inputs`. Of .txt, words of the tokenizer.json in their folder or in `beside`;
 * .json holds numbers of words, a list or a list of lists; .npy the same.
 *
 * Errors: no tokenizer, or none installed that reads it; numbers that are no words of the model.
 */
export async function textSamples(
  paths: readonly string[],
  inputs: readonly ModelInput[],
  beside: string,
): Promise<readonly Tensors[]> {
  const [first = ""] = paths;
  const isWritten = paths.some((path) => /\.txt$/iu.test(path));
  const tokenizer = isWritten ? await tokenizerIn([dirname(first), beside], first) : null;
  const texts: (readonly number[])[] = [];
  for (const path of paths) {
    if (/\.npy$/iu.test(path)) texts.push(...(await rowsOfNpy(path)));
    else if (/\.json$/iu.test(path)) texts.push(...(await rowsOfJson(path)));
    else if (tokenizer !== null) texts.push(tokenizer.encode(await readFile(path, "utf8")).ids);
  }
  const samples = tokenSamples(texts, inputs, tokenizer?.token_to_id("[PAD]") ?? 0);
  if (samples !== null && samples.length > 0) return samples;
  const words = inputs.find(({ role }) => role === "tokens")?.range ?? 0;
  throw inputError(first, `texts of the ${words} words that the model knows`, "others, or none");
}

async function tokenizerIn(folders: readonly string[], text: string) {
  for (const folder of folders) {
    const path = join(folder, TOKENIZER);
    if ((await kindOf(path)) !== "file") continue;
    const { Tokenizer } = await import("@huggingface/tokenizers").catch(() => {
      const hint = "not installed: npm install @huggingface/tokenizers";
      throw inputError(text, "@huggingface/tokenizers, which puts texts into numbers", hint);
    });
    const config = join(folder, TOKENIZER_CONFIG);
    const hasConfig = (await kindOf(config)) === "file";
    return new Tokenizer(await jsonOf(path), hasConfig ? await jsonOf(config) : {});
  }
  const expected = `${TOKENIZER} beside it or beside the model, or numbers of words as .json or .npy`;
  throw inputError(text, expected, "none");
}

async function jsonOf(path: string): Promise<object> {
  return accepted(decode(z.looseObject({}), await readJson(path)), path);
}

type Rows = readonly (readonly number[])[];

async function rowsOfJson(path: string): Promise<Rows> {
  return accepted(decode(rows, await readJson(path)), path);
}

async function rowsOfNpy(path: string): Promise<Rows> {
  const tensor = accepted(hostTensorFromNpy(new Uint8Array(await readFile(path))), path);
  const words = Array.from(numbersOf(tensor) ?? []);
  const length = tensor.dims.at(-1) ?? 0;
  const starts = words.flatMap((_, at) => (at % length === 0 ? [at] : []));
  return starts.map((start) => words.slice(start, start + length));
}
