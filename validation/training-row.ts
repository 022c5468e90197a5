/** What a row says of how a model was trained; notes hold what has no column. */
import type { Recompute, Sharding } from "../core/estimate/index.ts";
import type { Device, Model, Numerics } from "../core/index.ts";
import { isDecoder, numerics } from "../core/model/index.ts";
import { numericsOf } from "./precision.ts";
import { collection, type Row } from "./row.ts";
import { recipeOf } from "./trained-label.ts";

/**
 * Tables of translation count a batch in tokens. Sentences of WMT14 have about 32 in pieces of words.
 *
 * Source: NVIDIA/DeepLearningExamples PyTorch/Translation/Transformer/README.md (--max-tokens); the length is assumed
 */
const TRANSLATION = /^Transformer-big$/;
const TRANSLATED = 32;

/** Tokens of a sample where a benchmark fixes them and its rows do not print them. */
const LENGTHS: readonly (readonly [RegExp, number])[] = [
  [/^MLPerf gpt3|GPT-3 175B pretrain/, 2048],
  [/^(22|32|52|64|128|256|512|1024)B model$|^MaxText decoder/, 2048],
  [/llama31_(8b|405b)|Llama[- ]3\.1[- ](8B|405B) pretrain/, 8192],
  [/^MLPerf gpt[-_]oss|GPT[- ]OSS[- ]20B pretrain/i, 8192],
  [/^MLPerf deepseek|DeepSeek-V3.* pretrain/, 4096],
  [/lora/i, 8192],
  [/SQuAD/, 384],
  [TRANSLATION, TRANSLATED],
];
/**
 * Mean tokens of Wikipedia sequences of 512 at most in MLPerf BERT: submissions remove padding.
 *
 * Source: assumption, half of the tokens are padding; not read in the data set
 */
const UNPADDED = 256;
/** Compilers of fixed shapes compute all. Source: mlcommons/training_results_v1.0 Google/benchmarks/bert (max_seq_length 512); tinygrad examples/mlperf/model_train.py, bert */
const PADDED = 512;
/** The same of the longer phase of DeepLearningExamples. Source: chosen by eye on its rows, in-sample there */
const UNPADDED_LONG = 328;
/** Fine-tuning of BERT on SQuAD. Source: NVIDIA/DeepLearningExamples BERT README, max_seq_length */
const SQUAD_MAX = 384;

/** Tokens of a sample; null where nobody says. */
export function tokensOf(row: Row): number | null {
  const padded = paddedTokens(row);
  return padded !== null && isPretrainedUnpadded(row) ? Math.min(padded, UNPADDED_LONG) : padded;
}

/**
 * BERT of PyTorch and PaddlePaddle containers since 2021 computes no padding in pre-training.
 *
 * Source: NVIDIA/DeepLearningExamples, options --unpad and --unpad_fmha of both; assumption that their tables used them
 */
export function isPretrainedUnpadded(row: Row): boolean {
  if (collection(row) !== "dle" || !row.notes.startsWith("Pre-training")) return false;
  return /bert/i.test(row.model) && /^(PyTorch|PaddlePaddle)/.test(row.engine);
}

/** Of those, rows whose attention is in one kernel, which is made for half precision on Ampere. */
export function isFusedUnpadded(row: Row): boolean {
  return (
    isPretrainedUnpadded(row) &&
    /A100/.test(row.hardware) &&
    row.precision_weights.startsWith("fp16")
  );
}

function isMlperfBert(row: Row): boolean {
  return /^ml(pt|perf)/.test(collection(row)) && /bert/i.test(row.model);
}

function paddedTokens(row: Row): number | null {
  if (isMlperfBert(row))
    return /\btpu\b|tinygrad/i.test(row.hardware + row.engine) ? PADDED : UNPADDED;
  const noted = Number(/sequence length (\d+)/.exec(row.notes)?.[1]);
  if (row.input_tokens !== undefined) return row.input_tokens;
  if (/torchtitan/.test(row.engine) && /context parallel/.test(row.notes)) return null;
  if (noted > 0) return noted;
  if (/^fine-tuning/i.test(row.notes) && /bert/i.test(row.model)) return SQUAD_MAX;
  if (/torchtitan/.test(row.engine)) return TITAN_LENGTH;
  const lengths = STEP_TOKENS.test(row.notes) ? RECIPE_LENGTHS : LENGTHS;
  return lengths.find(([model]) => model.test(row.model))?.[1] ?? null;
}

/**
 * Tokens of a sample in MaxText's recipes that print the tokens of a step alone.
 *
 * Source: AI-Hypercomputer/tpu-recipes, training/{trillium,v5p} run_recipe.sh and AI-Hypercomputer/maxtext,
 * benchmarks/maxtext_{trillium,v5p}_model_configs.py, max_target_length (of GPT-3 that of configs/base.yml)
 */
const RECIPE_LENGTHS: readonly (readonly [RegExp, number])[] = [
  [/^gpt-?3/i, 2048],
  [/^(llama-?2|mixtral)/i, 4096],
  [/^gemma-?3/i, 32_768],
  [/^(?!.*long)(llama|mistral|gemma|deepseek)/i, 8192],
];
/** Those that compute whole layers again; the others keep or offload products of theirs. Source: as above, remat_policy */
const RECIPE_AGAIN = /^(gpt-?3|gemma-?3)/i;
/** Those of a step, all devices together. */
const STEP_TOKENS = /total_weights \([^)]*\) (\d+)/;

/** Those of context parallelism are longer, by a column that rows leave out. Source: pytorch/torchtitan train_configs of Llama 3 8B and 70B, seq_len */
const TITAN_LENGTH = 8192;

export interface Sizes {
  /** All copies together. */
  readonly batch: number;
  readonly microBatch: number;
}

/** "64k" in tables of DLRM. Source: NVIDIA/DeepLearningExamples DLRM README, batch 65536 */
const KILO = 1024;

/**
 * Devices of the row. Tables of several DGX-2 or DGX-2H count nodes, which the rows turn into eight devices each;
 * a node has sixteen. Four samples a device are those of Transformer-XL's runs on nodes: 512 over eight of them.
 *
 * Source: NVIDIA/DeepLearningExamples BERT for TensorFlow 2 README, "DGX-2H (16x V100 32GB)";
 * PyTorch/LanguageModeling/Transformer-XL/pytorch/wt103_large.yaml, train_multinode and 8dgx2_16gpu_fp16
 */
export function devicesOf(row: Row): number {
  const stated = Math.max(1, row.accelerators ?? 1);
  const isNodes =
    row.model === "Transformer-XL" &&
    /DGX-2/.test(row.hardware) &&
    row.batch_or_concurrency === "4";
  return isNodes || /Multi-node on NVIDIA DGX-2H/.test(row.notes) ? 2 * stated : stated;
}

/** Samples a step, and of them what a copy computes at once where the row says so. */
export function sizesOf(row: Row, copies: number): Partial<Sizes> {
  const recipe = recipeOf(row);
  if (recipe !== undefined) return { batch: recipe[0] * devicesOf(row) };
  const stepTokens = Number(STEP_TOKENS.exec(row.notes)?.[1]);
  const tokens = tokensOf(row);
  if (stepTokens > 0) return tokens === null ? {} : { batch: stepTokens / tokens };
  const words = row.batch_or_concurrency;
  const [, digits = "", kilo = ""] = /(\d+)(k?)/.exec(words) ?? [];
  const each = TRANSLATION.test(row.model) ? TRANSLATED : 1;
  const stated = (Number(digits) * (kilo === "" ? 1 : KILO)) / each;
  if (!(stated > 0)) return {};
  const micro = Number(/(?:microbatch(?:\/GPU)?|MBS) (\d+)/.exec(row.notes)?.[1]);
  const isLocal =
    /^local|per device$/.test(words) || /batch is per GPU|batch per GPU/.test(row.notes);
  const perCopy = isLocal && !isPerSystem(row);
  const batch = perCopy ? stated * copies : stated;
  const accumulated = Number(/grad accumulation (\d+)/.exec(row.notes)?.[1]);
  const summed = summedBatch(row.notes, copies);
  if (summed !== null) return { batch: Math.max(summed, batch), microBatch: stated };
  if (micro > 0) return { batch, microBatch: micro };
  if (accumulated > 0) return { batch, microBatch: Math.max(1, batch / copies / accumulated) };
  return { batch };
}

/** Samples between two steps of the optimiser, where a table prints them beside the batch of one pass. */
function summedBatch(notes: string, copies: number): number | null {
  const each = Number(/Accumulated Batch size \/ GPU[^=]*=(\d+)/.exec(notes)?.[1]);
  if (each > 0) return each * copies;
  const whole = Number(/Global Batch Size[^=]*=(\d+)/.exec(notes)?.[1]);
  return whole > 0 ? whole : null;
}

/** Files of Lambda print the batch of all GPUs together. */
function isPerSystem(row: Row): boolean {
  return collection(row) === "lamb" && (row.accelerators ?? 1) > 1;
}

export function recomputeOf(row: Row): Recompute | null {
  const recipe = recipeOf(row);
  if (recipe !== undefined) return recipe[1];
  if (STEP_TOKENS.test(row.notes) && RECIPE_AGAIN.test(row.model)) return "full";
  if (
    /activation checkpointing True|full (AC|activation checkpointing)|full remat/i.test(row.notes)
  )
    return "full";
  if (/selective activation|per op SAC/i.test(row.notes)) return "selective";
  return /activation checkpointing False/.test(row.notes) ? "none" : null;
}

/** Bits of what copies share that a row names; frameworks of the large share the optimiser. */
export function shardingOf(row: Row): Sharding {
  if (/SHARD_GRAD_OP/.test(row.notes)) return 2;
  if (/FULL_SHARD|FSDP [1-9]|FSDP\b(?! 0)/.test(row.notes + row.engine)) return 3;
  if (/MaxText|torchtitan/.test(row.engine)) return 3;
  return /Megatron|NeMo|Neuron/.test(row.engine) ? 1 : 0;
}

/** Formats of the row; benchmarks that print none are trained in the format submitters use. */
export function trainingNumerics(row: Row, model: Model, device: Device): Numerics | null {
  if (row.precision_weights !== "") return numericsOf(row, model, null);
  const isLarge = isDecoder(model);
  const isNarrow =
    (isLarge && device.peak.fp8 !== undefined && !isWide(row)) || isEncoderNarrow(row);
  const wide = device.peak.fp16 === undefined ? "bf16" : "fp16";
  const narrow = isLarge && isFourBit(row, device) ? "nvfp4" : "fp8";
  const found = numerics(isNarrow ? narrow : isLarge ? "bf16" : wide);
  return found.ok ? found.value : null;
}

/**
 * BERT on Hopper and later in FP8, attention too; on Ampere and Ada the scripts of the same benchmark stay in 16 bits.
 *
 * Source: mlcommons/training_results_v3.1 NVIDIA/benchmarks/bert/implementations/v30-pytorch (te_layers.py; --use_transformer_engine2
 * in config_DGXH100_*.sh)
 */
function isEncoderNarrow(row: Row): boolean {
  return isMlperfBert(row) && /\b(G?H[12]00|G?B[23]00)\b/.test(row.hardware);
}

/**
 * Language models on NVIDIA's devices with units for four bits since the round of November 2025.
 *
 * Source: blogs.nvidia.com, "NVIDIA Wins Every MLPerf Training v5.1 Benchmark" (NVFP4 for the training of language models)
 */
function isFourBit({ hardware, date }: Row, { peak }: Device): boolean {
  return peak.fp4 !== undefined && /nvidia/i.test(hardware) && date >= "2025-10";
}

/**
 * Language models on Gaudi in 16 bits: GPT-3 until the round of November 2023, and adapters.
 *
 * Source: intel.com, "Model Performance Data for Intel Gaudi 2" (MLPerf 3.1, GPT3: fp8) and its briefing of that round (FP8 against
 * June's BF16); huggingface/optimum-habana examples/language-modeling/README.md (run_lora_clm.py --bf16)
 */
function isWide({ hardware, model, date }: Row): boolean {
  if (!/gaudi/i.test(hardware)) return false;
  return /lora/i.test(model) || (date !== "" && date < "2023-11");
}

/** Scale-out network that the row prints, a device, one direction. */
export function networkOf(row: Row): number | null {
  const gigabits = Number(/(\d+) ?Gbps node-node/.exec(row.notes)?.[1]);
  return gigabits > 0 ? (gigabits * 1e9) / 8 / DEVICES_PER_NODE : null;
}

const DEVICES_PER_NODE = 8;

/**
 * Year of the software, of a container that names it or else of the row.
 *
 * Source: NVIDIA's containers are called by year and month ("22.11", "26.02.01")
 */
export function releasedOf(row: Row): { readonly released?: number } {
  const words = `${row.engine_version} ${row.engine}`;
  const [, year = "", month = ""] =
    /(?<![.\d])(2\d)\.(0\d|1[0-2])(?!\d)/.exec(words) ?? /^20(\d\d)-(\d\d)/.exec(row.date) ?? [];
  const released = 2000 + Number(year) + (Number(month) - 1) / 12;
  return year === "" ? {} : { released };
}
