/** The GPU by WebGPU: a product of FP32 matrices, a copy between two buffers, and attention. */
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
const TOKENS = 1024;
const SECONDS = 0.4;

/** Null where the browser offers no GPU. */
export async function gpuRates(): Promise<LaneRates | null> {
  if (!("gpu" in navigator)) return null;
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return null;
  const device = await adapter.requestDevice();
  const compute = await rateOf(await productChore(device, SIDE, "fp32"));
  const bandwidth = await rateOf(await copyChore(device, COPY_BYTES));
  const attention = await rateOf(await attentionChore(device, TOKENS));
  device.destroy();
  return { compute, bandwidth, attention };
}

async function rateOf(chore: GpuChore): Promise<number> {
  const wrong = await chore.check();
  if (wrong !== null) throw new Error(`the GPU is mistaken: ${wrong}`);
  const rate = upper(await repeatedRates(chore, burst(SECONDS)));
  chore.free();
  return rate;
}
