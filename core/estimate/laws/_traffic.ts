/**
 * Kernels that move data and hardly compute: norms, activations, gathers, scans, and the host's own work.
 *
 * Source: design/modelling.md section 1 (memory term of the compact law)
 */
import type { Gather, HostWork, Operator, Scan } from "../../operators/index.ts";
import { type Kernel, overlapped } from "./_kernel.ts";
import type { Target, Tuned } from "./target.ts";

/** One pass over memory. */
export function streamKernel(operator: Operator, law: Tuned, target: Target): Kernel {
  return overlapped(0, (operator.read + operator.written) / (target.bandwidth * law.memory), law);
}

/** Bytes of one memory transaction: a shorter row still moves this many. Source: CUDA C++ Best Practices Guide, "Coalesced Access to Global Memory" */
const SECTOR = 32;

/** Scattered rows: each moves whole sectors, out of the cache when the table fits there. */
export function gatherKernel(operator: Operator, work: Gather, law: Tuned, target: Target): Kernel {
  const waste = (Math.ceil(work.rowBytes / SECTOR) * SECTOR) / work.rowBytes;
  const seconds = (operator.read * waste + operator.written) / (target.bandwidth * law.memory);
  return overlapped(0, seconds, law);
}

/** A recurrence over tokens, in chunks: its arithmetic runs on matrix units, far below their peak. */
export function scanKernel(operator: Operator, work: Scan, law: Tuned, target: Target): Kernel {
  const format = target.formats[work.compute];
  const compute = format === null ? 0 : operator.flops / (format.peak * law.compute);
  const memory = (operator.read + operator.written) / (target.bandwidth * law.memory);
  return overlapped(compute, memory, law);
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
