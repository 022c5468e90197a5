/**
 * A GPU as an engine with kernels of its own reaches it.
 *
 * Kernels written to one generation's instructions run on later ones at that rate a unit and cycle, whatever
 * the newer units could do with their own instructions. CPUs and arrays are left as they are.
 *
 * They sum products of 16 bits in 16 bits, so parts whose sums in 32 bits are slower reach the rate that INT8 has for half its width.
 *
 * Source: ggml/src/ggml-cuda/mma.cuh of llama.cpp (mma.sync of Turing and Ampere only) and ggml-cuda.cu (CUBLAS_COMPUTE_16F); Dao 2023, "FlashAttention-2"
 * (arXiv 2307.08691), section 4.1 (the same kernel on A100 and, without its instructions, on H100)
 */
import type { Device } from "../catalogue/index.ts";
import { PRECISIONS, type Precision } from "../precision.ts";
import type { FlopsPerSecond } from "../units.ts";
import { CLOCK_TYPICAL, UNITS_TYPICAL, type Target } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/** `device` with no rate above what the kernels of `engine` issue. */
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
  const { bandwidth = Infinity } = memory;
  const most = Math.min(bandwidth, rateOf(device, bytesPerCycle));
  return { ...device, memory: { ...memory, bandwidth: most } };
}

function rateOf({ units = UNITS_TYPICAL, clock }: Device, perCycle: number): FlopsPerSecond {
  return perCycle * units * (clock ?? CLOCK_TYPICAL);
}

/** `target` with no more of its peak in fused attention than what the kernels of `engine` issue. */
export function attentionReach(target: Target, { attentionPerCycle }: Engine): Target {
  const { device, formats, laws } = target;
  const peak = formats.bf16?.peak;
  if (attentionPerCycle === undefined || device.kind !== "gpu" || peak === undefined) return target;
  const law = laws["attention/prefill"];
  const compute = Math.min(law.compute, rateOf(device, attentionPerCycle) / peak);
  return { ...target, laws: { ...laws, "attention/prefill": { ...law, compute } } };
}
