/**
 * Kernels that move data and hardly compute: norms, activations, gathers, scans, and the host's own work.
 *
 * Source: design/modelling.md section 1 (memory term of the compact law)
 */
import type { Gather, HostWork, Operator } from "../../operators/index.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { streamTime } from "./_memory.ts";
import type { StreamShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** One pass over memory. */
export function streamKernel(operator: Operator, law: Tuned<StreamShape>, target: Target): Kernel {
  return moved(operator.read + operator.written, law, target);
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

/** Seconds a value on one CPU core: a few comparisons and a cache miss now and then. */
const HOST_SECONDS_PER_ELEMENT = 5e-9;
/** Copy to the host and back, synchronised. */
const HOST_ROUND_TRIP = 20e-6;

/** Work of the host between device operators. Source: assumption, an interval of a factor of three */
export function hostKernel(work: HostWork): Kernel {
  const compute = work.elements * HOST_SECONDS_PER_ELEMENT;
  return {
    time: HOST_ROUND_TRIP + compute,
    compute,
    memory: 0,
    link: 0,
    overhead: HOST_ROUND_TRIP,
  };
}
