/**
 * The rates of a GPU that an engine with kernels of its own can use.
 *
 * Kernels written for one generation's instructions do as many operations a unit and cycle on later generations, whatever those
 * could do with instructions of their own. These kernels also add products of 16 bits up in 16 bits: on GPUs that are slower at
 * sums of 32 bits (consumer cards) they reach half the INT8 rate, which is that of sums of 16. CPUs and arrays stay as they are.
 *
 * Source: ggml/src/ggml-cuda/mma.cuh of llama.cpp (mma.sync of Turing and Ampere only) and ggml-cuda.cu (CUBLAS_COMPUTE_16F); Dao 2023, "FlashAttention-2"
 * (arXiv 2307.08691), section 4.1 (the same kernel on A100 and, without its instructions, on H100)
 */
import type { Device } from "../catalogue/index.ts";
import { PRECISIONS, type Precision } from "../precision.ts";
import type { FlopsPerSecond } from "../units.ts";
import { CLOCK_TYPICAL, UNITS_TYPICAL, type Target } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/** `device` with every matrix rate limited to what the kernels of `engine` issue. */
export function engineReach(device: Device, { flopsPerCycle }: Engine): Device {
  if (flopsPerCycle === undefined || device.kind !== "gpu") return device;
  const most = rateOf(device, flopsPerCycle);
  const peak: Partial<Record<Precision, FlopsPerSecond>> = {};
  for (const precision of PRECISIONS) {
    const rate = device.peak[precision];
    const isHalf = precision === "fp16" || precision === "bf16";
    const summed = isHalf ? (device.peak.int8 ?? 0) / 2 : 0;
    if (rate !== undefined) peak[precision] = Math.min(Math.max(rate, summed), most);
  }
  return { ...device, peak };
}

/** `device` with no more bandwidth than the kernels of `engine` that multiply vectors ask of it: a unit has so many loads under way. */
export function vectorReach(device: Device, { bytesPerCycle }: Engine): Device {
  const { kind, memory } = device;
  if (bytesPerCycle === undefined || kind !== "gpu" || memory === undefined) return device;
  const most = rateOf(device, bytesPerCycle);
  if (memory.bandwidth === undefined || memory.bandwidth <= most) return device;
  return { ...device, memory: { ...memory, bandwidth: most } };
}

function rateOf({ units = UNITS_TYPICAL, clock }: Device, perCycle: number): number {
  return perCycle * units * (clock ?? CLOCK_TYPICAL);
}

/** `target` with the rate of fused attention over prompts limited to what the kernels of `engine` issue. */
export function attentionReach(target: Target, { attentionPerCycle }: Engine): Target {
  const { device, formats, laws } = target;
  const peak = formats.bf16?.peak;
  if (attentionPerCycle === undefined || device.kind !== "gpu" || peak === undefined) return target;
  const law = laws["attention/prefill"];
  const compute = Math.min(law.compute, rateOf(device, attentionPerCycle) / peak);
  return { ...target, laws: { ...laws, "attention/prefill": { ...law, compute } } };
}
