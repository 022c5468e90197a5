/** What a row says of how a model was trained; notes hold what has no column. */
import type { Recompute, Sharding } from "../core/estimate/index.ts";
import type { Device, Model, Numerics } from "../core/index.ts";
import { numerics } from "../core/model/index.ts";
import { numericsOf } from "./precision.ts";
import { collection, type Row } from "./row.ts";

/** Tokens of a sample where a benchmark fixes them and its rows do not print them. */
const LENGTHS: readonly (readonly [RegExp, number])[] = [
  [/^MLPerf gpt3|GPT-3 175B pretrain/, 2048],
  [/lora/i, 8192],
  [/SQuAD/, 384],
];
/**
 * Mean tokens of Wikipedia sequences of 512 at most in MLPerf BERT: submissions remove padding.
 *
 * Source: assumption, half of the tokens are padding; not read in the data set
 */
const UNPADDED = 256;
/** Fine-tuning of BERT on SQuAD. Source: NVIDIA/DeepLearningExamples BERT README, max_seq_length */
const SQUAD_MAX = 384;

/** Tokens of a sample; null where nobody says. */
export function tokensOf(row: Row): number | null {
  if (/^ml(pt|perf)/.test(collection(row)) && /bert/i.test(row.model)) return UNPADDED;
  const noted = Number(/sequence length (\d+)/.exec(row.notes)?.[1]);
  if (row.input_tokens !== undefined) return row.input_tokens;
  if (noted > 0) return noted;
  if (/^fine-tuning/i.test(row.notes) && /bert/i.test(row.model)) return SQUAD_MAX;
  if (/torchtitan/.test(row.engine)) return TITAN_LENGTH;
  return LENGTHS.find(([model]) => model.test(row.model))?.[1] ?? null;
}

/** Source: pytorch/torchtitan train_configs of Llama 3 8B and 70B, seq_len */
const TITAN_LENGTH = 8192;

export interface Sizes {
  /** All copies together. */
  readonly batch: number;
  readonly microBatch: number;
}

/** Samples a step, and of them what a copy computes at once where the row says so. */
export function sizesOf(row: Row, copies: number): Partial<Sizes> {
  const words = row.batch_or_concurrency;
  const stated = Number(/(\d+)/.exec(words)?.[1]);
  if (!(stated > 0)) return {};
  const micro = Number(/(?:microbatch(?:\/GPU)?|MBS) (\d+)/.exec(row.notes)?.[1]);
  const isLocal = words.startsWith("local") || /batch is per GPU|batch per GPU/.test(row.notes);
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
  const isLarge = model.kind === "transformer" && model.stacks.at(-1)?.role === "decoder";
  const wide = device.peak.fp16 === undefined ? "bf16" : "fp16";
  const found = numerics(
    isLarge && device.peak.fp8 !== undefined ? "fp8" : isLarge ? "bf16" : wide,
  );
  return found.ok ? found.value : null;
}

/** Scale-out network that the row prints, a device, one direction. */
export function networkOf(row: Row): number | null {
  const gigabits = Number(/(\d+) ?Gbps node-node/.exec(row.notes)?.[1]);
  return gigabits > 0 ? (gigabits * 1e9) / 8 / DEVICES_PER_NODE : null;
}

const DEVICES_PER_NODE = 8;
