/** How a row's model lay on its devices. */
import type { Parallel } from "../core/index.ts";
import { isInferenceX } from "./lengths.ts";
import { collection, type Row } from "./row.ts";

export interface Split {
  readonly parallel: Parallel;
  /** Independent copies that the row's devices hold. */
  readonly replicas: number;
}

/** The split that the row states; null where it states none. Devices that no copy fits stay idle. */
export function statedSplit(row: Row): Split | null {
  if (row.tp === undefined && row.pp === undefined) return null;
  const ranks = Math.max(1, (row.tp ?? 1) / coresPerDevice(row));
  const pipeline = row.pp ?? 1;
  const once = countedTwice(row);
  if (once !== null) return onceSplit(row, once);
  if (isNominal(row)) return splitOf({ tensor: 1, pipeline, data: ranks, expert: ranks }, row);
  const tensor = ranks;
  const data = isOfAttention(row, tensor) ? (row.dp ?? 1) : 1;
  const expert = expertsOver(row, tensor * data);
  return splitOf({ tensor, pipeline, data, expert }, row);
}

/**
 * Devices of InferenceX's runs whose table counts them twice, as tensors times ranks of attention or of experts: `tp: 2, ep: 2` stands
 * there as four. Its lists of runs have gpt-oss with experts over all devices or over none, and vLLM with attention of each device or of none;
 * a token of 256 users takes 11.1 ms in rows of two and of four alike, and 256 prompts of 8,192 tokens wait 13 s, which no more
 * than two devices' memory explains.
 *
 * Source: SemiAnalysisAI/InferenceX .github/configs/nvidia-master.yaml (gptoss-fp4-h200-trt, gptoss-fp4-b200-trt), benchmarks/single_node/
 * minimaxm2.5_fp4_b200.sh (tensor-parallel-size 1, data-parallel-size $TP), minimaxm2.5_fp8_b200.sh (no attention of each)
 */
function countedTwice(row: Row): number | null {
  const { engine, model, notes, tp = 1, dp = 1 } = row;
  if (!isInferenceX(row)) return null;
  if (/vllm/i.test(engine)) return tp > 1 && dp === tp ? tp : null;
  const experts = /moe_tp (\d+), moe_ep (\d+)/.exec(notes)?.slice(1).map(Number) ?? [];
  const [split = 1, spread = 1] = experts;
  return /gpt-?oss/i.test(model) && split > 1 && split === spread ? spread : null;
}

function onceSplit({ engine, dp = 1, precision_weights: weights }: Row, ranks: number): Split {
  const isEach = dp > 1 && !(/vllm/i.test(engine) && /fp8/.test(weights));
  const [tensor, data] = isEach ? [1, ranks] : [ranks, 1];
  return { parallel: { tensor, pipeline: 1, data, expert: ranks }, replicas: 1 };
}

/** Whether the ranks of the table each hold attention of their own and share experts, as its options say. */
function isNominal({ notes }: Row): boolean {
  return /sets enable_attention_dp, so the tp label is nominal/.test(notes);
}

/** Whether `dp` counts ranks of attention, as where experts are spread over more of them than attention is split over. */
function isOfAttention(row: Row, tensor: number): boolean {
  return collection(row) === "aice" || (row.ep ?? 1) > tensor;
}

/** What part of all devices' rate the row counts: one of them, or all. */
export function shareOf(row: Row): number {
  return /^(gpu|accelerator)/.test(row.per) ? 1 / (row.accelerators ?? 1) : 1;
}

/** One copy over `tensor` devices, as often as the row's devices allow. */
export function splitOver(tensor: number, row: Row): Split {
  return splitOf({ tensor, pipeline: 1, data: 1, expert: 1 }, row);
}

function splitOf(parallel: Parallel, row: Row): Split {
  const devices = parallel.tensor * parallel.pipeline * parallel.data;
  const stated = isOfAttention(row, parallel.tensor) ? undefined : row.dp;
  const replicas = stated ?? Math.floor((row.accelerators ?? devices) / devices);
  return { parallel, replicas: Math.max(1, replicas) };
}

/** Experts are spread whole over `moe_ep` (or `ep`) devices of those that attention runs on. */
function expertsOver(row: Row, devices: number): number {
  const stated = Number(/moe_ep (\d+)/.exec(row.notes)?.[1] ?? row.ep ?? 1);
  return devices % stated === 0 ? stated : 1;
}

/** Some tables count the cores of a chip as ranks. Source: notes column of each such row */
function coresPerDevice(row: Row): number {
  if (!isByCore(row)) return 1;
  return Number(/\((\d) per chip\)|\((\d) per \w+ chip\)/.exec(row.notes)?.[1] ?? 2);
}

/** Whether each core of a chip is a rank with heads of its own. */
export function isByCore({ notes }: Row): boolean {
  return /TP count(s|ed in) \w*Cores/i.test(notes);
}

/** The pools of a disaggregated row: "prefill 1 x (tp4 pp1 dp1 ep4), decode 2 x (tp8 pp1 dp1 ep8)". */
export interface Pools {
  readonly prefill: Split;
  readonly decode: Split;
}

const POOL = /(\d+) x \(tp(\d+) pp(\d+) dp(\d+) ep(\d+)\)/;

export function statedPools(row: Row): Pools | null {
  const prefill = pool(row.notes, "prefill");
  const decode = pool(row.notes, "decode");
  return prefill === null || decode === null ? null : { prefill, decode };
}

function pool(notes: string, name: string): Split | null {
  const words = new RegExp(`${name} ${POOL.source}`).exec(notes)?.slice(1).map(Number);
  if (words === undefined) return null;
  const [replicas = 1, tensor = 1, pipeline = 1, data = 1, ep = 1] = words;
  const expert = (tensor * data) % ep === 0 ? ep : 1;
  return { parallel: { tensor, pipeline, data, expert }, replicas };
}
