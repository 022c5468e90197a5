/** Tokens of a row's requests: as stated, or as the benchmark it names draws them. */
import type { Load } from "../core/estimate/index.ts";
import { jointAnswers, searchOf, WHOLE_OUTPUT } from "./beams.ts";
import { pressureOf } from "./concurrency.ts";
import { promptOfTask } from "./ml-energy.ts";
import { collection, type Row } from "./row.ts";
import { servedBenchmark } from "./served-benchmark.ts";
import { isTranslated, translatedLengths } from "./translated.ts";

export type RequestLengths = Pick<Load, "input" | "output">;

/**
 * Spread of lengths drawn evenly from 0.8 to 1.0 of the nominal, over their mean of 0.9.
 *
 * Source: InferenceX benchmark, random-range-ratio 0.8
 */
const DRAWN = { mean: 0.9, variation: 0.2 / Math.sqrt(12) / 0.9 } as const;

/** Nominal lengths that InferenceX serves. */
const DRAWN_LENGTHS: ReadonlySet<number> = new Set([1024, 8192]);

/** Spread of real conversations and summaries around their mean, about their own mean the less the fewer they are. Source: assumption */
const NATURAL_VARIATION = 0.5;

/** Lengths of the row's requests, or the condition that is missing. */
export function lengthsOf(row: Row): RequestLengths | string {
  if (isTranslated(row)) {
    const { input, output } = translatedLengths(pressureOf(row)?.requests ?? 1);
    return { input: fixed(input), output: fixed(output) };
  }
  const input = row.input_tokens ?? promptMean(row);
  const output = row.output_tokens ?? answerMean(row);
  if (input === null) return "condition missing: input length";
  if (output === null) return "condition missing: output length";
  if (isDrawn(row, input, output)) {
    return { input: drawn(input), output: drawn(output) };
  }
  if (searchOf(row) === "whole") return { input: fixed(input), output: fixed(WHOLE_OUTPUT) };
  if (isScattered(row)) return { input: scattered(input), output: scattered(output) };
  if (CHATS.test(row.notes)) return { input: chatted(input), output: chatted(output) };
  const natural = row.input_tokens === undefined || /output lengths natural/.test(row.notes);
  const isOnce = /all prompts sent at once/.test(row.notes);
  const answers = (isOnce ? pressureOf(row)?.requests : null) ?? Infinity;
  const variation = natural ? NATURAL_VARIATION * Math.sqrt(1 - 1 / answers) : 0;
  return { input: fixed(input), output: { mean: output * jointAnswers(row), variation } };
}

/** Runs of a closed loop of users, of InferenceX or of NVIDIA. */
export function isServingRun(row: Row): boolean {
  return collection(row) === "aice";
}

/** Its runs are dated; those of NVIDIA in the same collection are not, and have fixed lengths. */
export function isInferenceX(row: Row): boolean {
  return collection(row) === "aice" && row.date !== "";
}

function isDrawn(row: Row, input: number, output: number): boolean {
  return isInferenceX(row) && DRAWN_LENGTHS.has(input) && DRAWN_LENGTHS.has(output);
}

/**
 * Undated runs whose users stay in step: SGLang's of 32B and 235B, whose first tokens fit equal lengths.
 * Those of the others fit lengths a tenth around the stated ones (notes/034-first-tokens.md).
 */
export function isInStep(row: Row): boolean {
  const isUndated = isServingRun(row) && row.date === "";
  return isUndated && /sglang/i.test(row.engine) && !/8B/.test(row.model);
}

function isScattered(row: Row): boolean {
  return isServingRun(row) && row.date === "" && !/disagg/.test(row.notes) && !isInStep(row);
}

function scattered(mean: number): Load["input"] {
  return { mean, variation: SCATTER / Math.sqrt(3) };
}

const SCATTER = 0.1;

/** Of these conversations, as vLLM's own benchmark draws them; JetStream's tables print the longest. */
const CHATS = /ShareGPT, \d+ prompts/;

/**
 * Lengths of conversations spread as far as their mean, with many answers of a few tokens: exponentially.
 *
 * Source: Xiang et al. 2025, "ServeGen" (arXiv 2505.09999), section 3 (output lengths of language workloads are exponential)
 */
function chatted(mean: number): Load["input"] {
  return { mean, variation: EXPONENTIAL };
}

/** Variation of exponential lengths. */
export const EXPONENTIAL = 1;

function drawn(nominal: number): Load["input"] {
  return { mean: nominal * DRAWN.mean, variation: DRAWN.variation };
}

function fixed(mean: number): Load["input"] {
  return { mean, variation: 0 };
}

function promptMean(row: Row): number | null {
  return (
    servedBenchmark(row)?.prompt ?? (SCRIPTED.test(row.notes) ? SCRIPTED_TOKENS : promptOfTask(row))
  );
}

/**
 * Optimum Habana's script of its own prompts: "DeepSpeed is a machine learning framework", or up to ten tokens where it sends several.
 *
 * Source: huggingface/optimum-habana examples/text-generation/run_generation.py (input_sentences); huggingface.co/blog/habana-gaudi-2-bloom
 * (that prompt "consists of 7 tokens with BLOOM's tokenizer")
 */
const SCRIPTED = /scripts short default prompts/;
const SCRIPTED_TOKENS = 7;

/** Mean answer of the benchmark that a row without lengths belongs to; null for any other row. */
export function answerMean(row: Row): number | null {
  return servedBenchmark(row)?.answer ?? null;
}
