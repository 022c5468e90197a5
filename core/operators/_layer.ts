/**
 * One layer: its mixers, its feed-forward, its norms.
 *
 * Each half of a layer ends in a residual sum, which engines fuse with the norm that follows; norms
 * beyond the two halves (before and after, as in Gemma 2) stand alone.
 *
 * Source: Vaswani et al., "Attention Is All You Need" (arXiv 1706.03762), section 3.1;
 * vllm-project/vllm csrc/layernorm_kernels.cu, fused_add_rms_norm_kernel
 */
import type { Layer, Mixer } from "../model/index.ts";
import { attentionOperators } from "./_attention.ts";
import { elementwise, type Name } from "./_emit.ts";
import { expertsOperators } from "./_experts.ts";
import { denseOperators, feedForwardReduce } from "./_feed-forward.ts";
import { latentOperators } from "./_latent-attention.ts";
import type { Operator } from "./operator.ts";
import { recurrentOperators } from "./_recurrent.ts";
import { repeated, type Scope } from "./_scope.ts";

export function layerOperators(layer: Layer, scope: Scope): Operator[] {
  const operators = layer.mixers.flatMap((mixer) => mixerOperators(mixer, scope));
  if (layer.feedForward !== null) {
    operators.push(
      ...(layer.feedForward.kind === "experts"
        ? expertsOperators(layer.feedForward, scope)
        : [...denseOperators(layer.feedForward, scope), ...feedForwardReduce(scope)]),
    );
  }
  operators.push(...normOperators(layer, scope));
  return operators;
}

function mixerOperators(mixer: Mixer, scope: Scope): Operator[] {
  switch (mixer.kind) {
    case "attention":
      return attentionOperators(mixer, scope);
    case "latent-attention":
      return latentOperators(mixer, scope);
    case "state-space":
    case "delta-rule":
      return recurrentOperators(mixer, scope);
  }
}

function normOperators(layer: Layer, scope: Scope): Operator[] {
  const sums = layer.mixers.length + (layer.feedForward === null ? 0 : 1);
  const fused = Math.min(sums, layer.norms.count);
  const values = scope.tokens * scope.hidden;
  const norm = (name: Name, count: number, read: number, written: number) =>
    count > 0 ? [elementwise(repeated(scope, scope.count * count), { name, read, written })] : [];
  return [
    ...norm("norm/add", fused, 2 * values, 2 * values),
    ...norm("norm/alone", layer.norms.count - fused, values, values),
    ...norm("norm/sum", sums - fused, 2 * values, values),
  ];
}
