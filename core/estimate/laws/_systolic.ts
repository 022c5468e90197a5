/**
 * Products on systolic arrays: a block of weights is held, rows of activations stream through it.
 *
 * Depth and outputs are padded to the sides of the array. While rows stream, the next block is loaded, a row of the
 * array a cycle, so fewer rows than the side take the time of the side: batches below it are free.
 *
 * Source: Jouppi et al. 2017, "In-Datacenter Performance Analysis of a Tensor Processing Unit", section 2 (weights
 * are loaded in 256 cycles, double-buffered); jax-ml/scaling-book, tpus.md, "What is a TPU?" (padding to 128)
 */
import type { Convolution, Matmul, Operator } from "../../operators/index.ts";
import { arrayPadding, weightBytes } from "./_array.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { spilledShare, streamTime } from "./_memory.ts";
import { passTime } from "./_vector.ts";
import type { ProductShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

export function systolicKernel(
  operator: Operator,
  work: Convolution | Matmul,
  law: Tuned<ProductShape>,
  format: Format,
  target: Target,
  side: number,
): Kernel {
  const padding = systolicPadding(work, side);
  const products = (operator.flops * padding) / (format.peak * law.compute);
  // Sums of a convolution leave through the lanes, which do the norms and activations that are part of it.
  const sums = work.kind === "convolution" ? work.m * work.n * work.groups : 0;
  const compute = products + passTime(sums, target);
  const memory = streamTime(movedBytes(operator, work, target), law.memory, target);
  const busy = overlapped(compute, memory, law.shape.ridge);
  return kernel(busy, compute, memory, law.overhead / target.clock);
}

/** Multiplications of a full array of `side` over those asked for, at least 1. */
export function systolicPadding(work: Convolution | Matmul, side: number): number {
  const sides = { inputs: side, outputs: side, pixels: 1 };
  return arrayPadding(work, sides, 1) * Math.max(1, side / work.m);
}

/** Of a compiled graph: tensors that do not stay on the chip, and weights. */
function movedBytes(operator: Operator, work: Convolution | Matmul, target: Target): number {
  const bytes = operator.read + operator.written;
  if (target.slices === 0) return bytes;
  return bytes * spilledShare(operator, weightBytes(work), target);
}
