/**
 * Routed experts: one product an expert, all in one launch.
 *
 * Source: vLLM fused MoE kernels (each expert's tokens padded to tiles of rows)
 */
import type { GroupedMatmul, Operator } from "../../operators/index.ts";
import type { Kernel } from "./_kernel.ts";
import { productKernel } from "./_matmul.ts";
import type { ProductShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

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
    n: work.intermediate * (work.gated ? 3 : 2),
    k: work.hidden,
    batch,
    left: work.activations.bits / 8,
    right: work.weights.bits / 8,
  };
  return productKernel(operator, product, law, format, target);
}
