/** The GPU by WebGPU: a product of FP32 matrices, a copy between two buffers, and attention. */
import { HEAD_WIDTH, HEADS } from "../../measure/gpu/attention-shader.ts";
import {
  attentionChore,
  copyChore,
  productChore,
  type GpuChore,
} from "../../measure/gpu/webgpu-chores.ts";
import { burst, repeatedRates } from "../../measure/lanes/repeats.ts";
import { upper, type LaneRates } from "./rates.ts";

const SIDE = 1024;
const COPY_BYTES = 128 * 1024 * 1024;
/** Of one run of attention at the rate of products, about: long beside a submission, short beside a measurement. */
const RUN_SECONDS = 0.02;
const TOKENS_LEAST = 64;
const TOKENS_MOST = 4096;
const SECONDS = 0.4;

/** Null where the browser offers no GPU. */
export async function gpuRates(): Promise<LaneRates | null> {
  if (!("gpu" in navigator)) return null;
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return null;
  const device = await adapter.requestDevice();
  const compute = await rateOf(await productChore(device, SIDE, "fp32"));
  const bandwidth = await rateOf(await copyChore(device, COPY_BYTES));
  const attention = await rateOf(await attentionChore(device, tokensAt(compute)));
  device.destroy();
  return { compute, bandwidth, attention };
}

/** A power of two of tokens that fits a run; a GPU of software takes few. */
function tokensAt(compute: number): number {
  const fitting = Math.sqrt((RUN_SECONDS * compute) / (4 * HEADS * HEAD_WIDTH));
  return Math.min(TOKENS_MOST, Math.max(TOKENS_LEAST, 2 ** Math.floor(Math.log2(fitting))));
}

async function rateOf(chore: GpuChore): Promise<number> {
  const wrong = await chore.check();
  if (wrong !== null) throw new Error(`the GPU is mistaken: ${wrong}`);
  const rate = upper(await repeatedRates(chore, burst(SECONDS)));
  chore.free();
  return rate;
}
