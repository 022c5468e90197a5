/**
 * Routed experts: many small products at once, each padded to whole tiles of rows.
 *
 * Source: design/modelling.md sections 1 and 2 (expert load is a power law, not uniform)
 */
import type { GroupedMatmul, Operator } from "../../operators/index.ts";
import { type Kernel, overlapped } from "./_kernel.ts";
import type { Format } from "./format.ts";
import type { Target, Tuned } from "./target.ts";

/** Rows of the smallest tile that grouped kernels pad an expert's tokens to. */
const ROWS = 16;

export function expertsKernel(
  operator: Operator,
  work: GroupedMatmul,
  law: Tuned,
  format: Format,
  target: Target,
): Kernel {
  const rows = work.pairs / Math.max(work.touched, 1);
  const padding = (Math.ceil(rows / ROWS) * ROWS) / rows;
  const compute =
    ((operator.flops * padding) / (format.peak * law.compute)) * (1 + law.shape.halfDepth / rows);
  const memory = (operator.read + operator.written) / (target.bandwidth * law.memory);
  return overlapped(compute, memory, law);
}
