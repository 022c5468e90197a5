/**
 * Dense feed-forward layers, split over tensor ranks by their inner width.
 *
 * Source: Shoeybi et al., "Megatron-LM" (arXiv 1909.08053), section 3 (columns, then rows, one all-reduce);
 * Shazeer, "GLU Variants Improve Transformer" (arXiv 2002.05202) (gated: two matrices in, one out)
 */
import type { DenseFeedForward } from "../model/index.ts";
import { allReduce, elementwise, linear, matmul, quantise, type Linear } from "./_emit.ts";
import type { Operator } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

type Dense = Omit<DenseFeedForward, "kind">;

export function denseLinears(dense: Dense, shard: Shard): Record<"up" | "down", Linear> {
  const inner = Math.ceil(dense.intermediate / shard.tensor);
  const outputs = inner * (dense.gated ? 2 : 1);
  const { hidden } = shard;
  const bias = (values: number): number => (dense.bias ? values : 0);
  return {
    up: linear(shard, { name: "mlp/up", inputs: hidden, outputs, bias: bias(outputs) }),
    down: linear(shard, { name: "mlp/down", inputs: inner, outputs: hidden, bias: bias(hidden) }),
  };
}

/** Without the all-reduce, which a layer of shared and routed experts does once for both. */
export function denseOperators(dense: Dense, scope: Scope): Operator[] {
  const { up, down } = denseLinears(dense, scope);
  const { tokens } = scope;
  return [
    ...quantise(scope, "mlp/quantise-in", up.inputs),
    matmul(scope, up, tokens),
    elementwise(scope, {
      name: "mlp/activation",
      read: tokens * up.outputs,
      written: tokens * down.inputs,
    }),
    ...quantise(scope, "mlp/quantise-out", down.inputs),
    matmul(scope, down, tokens),
  ];
}

/** Sum of the partial outputs of tensor ranks. */
export function feedForwardReduce(scope: Scope): readonly Operator[] {
  return allReduce(scope, "mlp/all-reduce", scope.tokens * scope.hidden);
}
