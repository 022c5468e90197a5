/**
 * Routed experts: one product an expert, all in one launch.
 *
 * Source: vLLM fused MoE kernels (each expert's tokens padded to tiles of rows)
 */
import type { GroupedMatmul, Operator } from "../../operators/index.ts";
import type { Kernel } from "./_kernel.ts";
import { productKernel, type Tiles } from "./_matmul.ts";
import type { ProductShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** Few tokens an expert fill short tiles: kernels for experts go down to 8 rows. */
const EXPERT_TILES: Tiles = [
  [8, 128],
  [16, 128],
  [32, 128],
  [64, 128],
  [128, 128],
  [128, 256],
];

/** Of the one product that both layers of an expert are as much work as, `hidden` deep. */
export function expertColumns({ intermediate, gated }: GroupedMatmul): number {
  return intermediate * (gated ? 3 : 2);
}

export function expertsKernel(
  operator: Operator,
  work: GroupedMatmul,
  law: Tuned<ProductShape>,
  format: Format,
  target: Target,
): Kernel {
  const batch = Math.max(1, work.touched);
  const product = {
    m: work.pairs / batch,
    n: expertColumns(work),
    k: work.hidden,
    batch,
    left: work.activations.bits / 8,
    right: work.weights.bits / 8,
  };
  return productKernel(operator, product, law, format, target, EXPERT_TILES);
}
