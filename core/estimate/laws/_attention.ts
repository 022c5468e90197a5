/**
 * Softmax attention: prefill computes scores in tiles of queries, decoding streams the cache.
 *
 * Symbols: L keys a sequence attends to
 * Source: FlashAttention-2 (Dao 2023) section 3, tiles of queries; Flash-Decoding, splits of keys
 */
import type { Device } from "../../catalogue/index.ts";
import type { AttentionWork, Operator } from "../../operators/index.ts";
import { power } from "../../power.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { coldShare, feedTime, streamTime } from "./_memory.ts";
import { hasLanes, softmaxTime } from "./_vector.ts";
import type { DecodeShape, PrefillShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** Most new tokens a sequence that still count as decoding: speculative drafts are verified so. */
const DECODE_QUERY_MAX = 8;
/** Side of a tile of queries, and of a block of keys. */
const TILE = 128;
/** Head size that costs of a score are given at. */
const HEAD = 128;
/** Rows a matrix unit computes at least. */
const ROWS = 16;

export function isDecode(work: AttentionWork): boolean {
  return work.query <= DECODE_QUERY_MAX && work.context > work.query;
}

export function prefillKernel(
  operator: Operator,
  work: AttentionWork,
  law: Tuned<PrefillShape>,
  format: Format,
  target: Target,
): Kernel {
  const { shape } = law;
  const unitRate = target.units * target.clock;
  const rows = Math.ceil(work.query / TILE);
  const lanes = work.sequences * work.heads;
  const scores = operator.flops / (2 * lanes * (work.headDim + work.valueDim));
  const edges = work.window !== null && work.window < work.context ? 2 : 1;
  const masked = work.causal ? (shape.diagonal * edges * rows * TILE * TILE) / 2 : 0;
  const size = Math.max(1, work.headDim / HEAD);
  const flopsAScore = 2 * (work.headDim + work.valueDim);

  const computed = lanes * (scores + masked);
  const arithmetic = (computed * flopsAScore) / (format.peak * law.compute);
  const exponentials = (computed * shape.score * size) / unitRate;
  const starts = (lanes * rows * shape.start) / unitRate;
  const whole = overlapped(arithmetic, exponentials, 3) + starts;
  const longest = rowTime(work, law, format, target, flopsAScore);
  const isFused = work.query >= (target.fusedFrom ?? Infinity);
  const isWhole = work.causal && hasLanes(target.device) && !isFused;
  const seen = isWhole ? work.query * work.context : scores;
  const compute =
    overlapped(whole, longest, shape.balance) + softmaxTime(lanes * seen, isWhole, target);

  const bytes = operator.read + operator.written;
  const cold = coldShare(bytes, shape.resident, target);
  const stored = cold * streamTime(bytes, law.memory, target);
  const memory = overlapped(stored, feedTime(bytes, shape.feed, target), 2);
  const time = overlapped(compute, memory, shape.ridge);
  return kernel(time, compute, memory, law.overhead / target.clock);
}

/** Whether sequences and heads are dealt to units one by one; engines laid out beforehand stream them as one batch. */
function isDealt({ kind, systolic }: Device): boolean {
  return kind !== "asic" || systolic !== undefined;
}

/** Seconds of the last tile of queries, which sees all keys and runs on one unit. */
function rowTime(
  work: AttentionWork,
  { shape }: Tuned<PrefillShape>,
  format: Format,
  target: Target,
  flopsAScore: number,
): number {
  const seen = work.window === null ? work.context : Math.min(work.context, work.window + TILE);
  const scores = TILE * seen;
  const arithmetic = (scores * flopsAScore * target.units) / (format.peak * shape.rowRate);
  return overlapped(arithmetic, (scores * shape.rowScore) / target.clock, 2);
}

export function decodeKernel(
  operator: Operator,
  work: AttentionWork,
  law: Tuned<DecodeShape>,
  format: Format,
  target: Target,
): Kernel {
  const { shape } = law;
  const { units, clock, vectorAttention } = target;
  const keys = work.window === null ? work.context : Math.min(work.context, work.window);
  if (vectorAttention !== undefined) {
    const values = work.sequences * work.query * work.heads * keys * (work.headDim + work.valueDim);
    const compute = values / (vectorAttention * units * clock);
    const memory = streamTime(operator.read + operator.written, law.memory, target);
    return kernel(Math.max(compute, memory), compute, memory, law.overhead / clock);
  }
  const blocks = Math.ceil(keys / TILE);
  const lanes = work.sequences * (work.latent ? Math.ceil(work.heads / 64) : work.kvHeads);
  const split = Math.max(1, Math.min(blocks, Math.floor(units / lanes)));
  const tasks = lanes * split;
  const waves = tasks < units ? 1 : (Math.ceil(tasks / units) + tasks / units) / 2;
  const latency =
    (power(Math.ceil(blocks / split) * waves, shape.growth) * shape.block) / clock +
    (tasks * shape.start) / (units * clock) +
    (split === 1 ? 0 : shape.merge / clock);

  const bytes = operator.read + operator.written;
  const cold = coldShare(bytes, shape.resident, target);
  const stored = cold * streamTime(bytes, law.memory, target);
  const memory = overlapped(stored, feedTime(bytes, shape.feed, target), 4);
  const group = (work.heads / (work.latent ? 1 : work.kvHeads)) * work.query;
  const waste = power(Math.max(1, ROWS / group), shape.narrow);
  const compute = (operator.flops * waste) / (format.peak * law.compute);
  const streamed = isDealt(target.device) ? overlapped(memory, latency, shape.balance) : memory;
  return kernel(overlapped(streamed, compute, shape.ridge), compute, memory, law.overhead / clock);
}
