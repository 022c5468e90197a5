/**
 * Products on a unit that multiplies matrices by one vector, with the weights beside the multipliers.
 *
 * A tile takes a block of N by N weights in N/L cycles, L lanes of each of its N dot products a cycle, and T tiles take blocks at once; sides
 * are padded to N. Nothing is read: weights stay on the chip from one request to the next, which is why one request is as fast as
 * many. Vectors go from one unit to the next without a stop, so sums and activations take no time of their own, but what waits
 * for its own result, a step of a recurrence or a layer, waits for the depth of the pipeline. The products of the next input do
 * not wait and fill it: as many as the recurrence has itself.
 *
 * Symbols: N native dimension, L lanes, T tiles
 * Source: Fowers et al. 2018, "A Configurable Cloud-Scale DNN Processor for Real-Time AI" (ISCA), sections IV and V, table of
 * configurations (BW_S10: N 400, L 40, T 6 at 250 MHz, 96,000 multiply-accumulates)
 */
import { assert } from "../../assert.ts";
import type { Convolution, Matmul, Recurrence } from "../../operators/index.ts";
import { type Kernel, kernel } from "./_kernel.ts";
import type { Target } from "./target.ts";

/**
 * Cycles from a vector to the result that the next step needs.
 *
 * Source: Fowers et al. 2018, table of recurrent benchmarks: 2.5 us a step of GRU-1024 and 2.8 of LSTM-256 at 250 MHz, both
 * far from filling the unit; the larger ones are then within 15 %
 */
const DEPTH = 670;

export function matvecKernel(work: Convolution | Matmul | Recurrence, target: Target): Kernel {
  const { m, n, k } = work;
  if (work.kind === "recurrent") {
    const own = m * blockCycles(n, k, target);
    const step = Math.max(own, DEPTH - own) / target.clock;
    return kernel(work.steps * step, (work.steps * own) / target.clock, 0, 0);
  }
  const matrices = work.kind === "matmul" ? work.batch : work.groups;
  const compute = (m * matrices * blockCycles(n, k, target)) / target.clock;
  return kernel(compute, compute, 0, work.kind === "convolution" ? DEPTH / target.clock : 0);
}

/** Cycles of one vector of `k` through `n` rows of weights. */
export function blockCycles(
  n: number,
  k: number,
  { device: { matvec } }: Pick<Target, "device">,
): number {
  assert(matvec !== undefined, "a unit has a native dimension");
  const { native, lanes, tiles } = matvec;
  const blocks = Math.ceil(n / native) * Math.ceil(k / native);
  return (Math.ceil(blocks / tiles) * native) / lanes;
}
