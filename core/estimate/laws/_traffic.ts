/**
 * Kernels that move data and hardly compute: norms, activations, gathers, scans, and the host's own work.
 *
 * Source: notes/032-modelling.md, 1 (memory term of the compact law)
 */
import type { Gather, HostWork, Operator } from "../../operators/index.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { spilled, streamTime } from "./_memory.ts";
import { hasLanes, passTime, WIDE } from "./_vector.ts";
import type { StreamShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** One pass of `values` over memory. */
export function streamKernel(
  operator: Operator,
  values: number,
  law: Tuned<StreamShape>,
  target: Target,
): Kernel {
  const { read, written, group } = operator;
  const { device, slices } = target;
  // Cores of a chip that share a model by its heads and channels each take all values of a norm.
  const alike = group === "norm" && slices > 0 && hasLanes(device) ? (device.units ?? 1) : 1;
  const compute = alike * passTime(hasLanes(device) ? values : written / WIDE, target);
  if (!hasLanes(device)) {
    const memory = streamTime(spilled(read, target) + spilled(written, target), law.memory, target);
    return kernel(Math.max(compute, memory), compute, memory, law.overhead / target.clock);
  }
  const memory = alike * streamTime(2 * spilled(WIDE * values, target), law.memory, target);
  return kernel(compute + memory, compute, memory, law.overhead / target.clock);
}

/** Bytes of one memory transaction: a shorter row still moves this many. Source: CUDA C++ Best Practices Guide, "Coalesced Access to Global Memory" */
const SECTOR = 32;

/** Scattered rows: each moves whole sectors. */
export function gatherKernel(
  operator: Operator,
  work: Gather,
  law: Tuned<StreamShape>,
  target: Target,
): Kernel {
  const waste = (Math.ceil(work.rowBytes / SECTOR) * SECTOR) / work.rowBytes;
  return moved(operator.read * waste + operator.written, law, target);
}

function moved(bytes: number, law: Tuned<StreamShape>, target: Target): Kernel {
  const memory = streamTime(bytes, law.memory, target);
  return kernel(memory, 0, memory, law.overhead / target.clock);
}

/** A recurrence over tokens, in chunks: its arithmetic runs on matrix units, far below their peak. */
export function scanKernel(
  operator: Operator,
  law: Tuned<StreamShape>,
  format: Format,
  target: Target,
): Kernel {
  const compute = operator.flops / (format.peak * law.compute);
  const memory = streamTime(operator.read + operator.written, law.memory, target);
  const busy = overlapped(compute, memory, law.shape.ridge);
  return kernel(busy, compute, memory, law.overhead / target.clock);
}

/** Copy to the host and back, synchronised. */
const HOST_ROUND_TRIP = 20e-6;
/** Of one core, to read a score and hold it against a threshold. Source: host-work.ts, boards of AMD's model zoo */
export const CYCLES_SCORE = 5;
/** Bytes of a score. */
const SCORE = 2;

/**
 * Choices between device operators: the device reads every score once against a threshold; what passes is so little that the host's part
 * is its round trip, and the next batch computes meanwhile. A processor has no device to read them: its cores do.
 *
 * Source: NVIDIA TensorRT efficientNMSPlugin README (scores are filtered on the device before any sort)
 */
export function hostKernel(work: HostWork, law: Tuned<StreamShape>, target: Target): Kernel {
  const memory = streamTime(work.elements * SCORE, law.memory, target);
  if (target.device.kind !== "cpu") return kernel(memory, 0, memory, HOST_ROUND_TRIP);
  const compute = (work.elements * CYCLES_SCORE) / (target.units * target.clock);
  return kernel(Math.max(memory, compute), compute, memory, 0);
}
