/**
 * Mixture-of-experts layers: router, routed experts in one grouped matmul, shared experts.
 *
 * Whole experts are spread over `expert` devices of the `tensor` × `data` that attention runs on; what is left of those devices
 * splits each expert by its inner width. Routing is taken as even over devices. The grouped matmul holds permutation, both
 * products, activation and the weighted sum, as fused kernels do. Experts see the tokens of all data-parallel groups.
 *
 * Source: Shazeer et al., "Outrageously Large Neural Networks" (arXiv 1701.06538), section 2;
 * DeepSeek-AI, "DeepSeek-V3" (arXiv 2412.19437), section 3.4 (dispatch and combine);
 * vllm-project/vllm vllm/model_executor/layers/fused_moe/layer.py (split of experts)
 */
import type { Experts } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import {
  collective,
  elementwise,
  linear,
  linearBytes,
  matmul,
  wideLinear,
  type Linear,
} from "./_emit.ts";
import { denseLinears, denseOperators, feedForwardReduce } from "./_feed-forward.ts";
import type { Operator } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";
import { touchedExperts } from "./touched.ts";

/** Routed experts of one device. */
interface Local {
  readonly experts: number;
  /** Inner width of one expert here. */
  readonly intermediate: number;
  /** Values of one expert here. */
  readonly values: number;
}

function localExperts(experts: Experts, shard: Shard): Local {
  const slices = (shard.tensor * shard.data) / shard.expert;
  const intermediate = experts.intermediate / slices;
  const matrices = experts.gated ? 3 : 2;
  const width = experts.latent ?? shard.hidden;
  return {
    experts: experts.count / shard.expert,
    intermediate,
    values: matrices * width * intermediate,
  };
}

function router(experts: Experts, shard: Shard): Linear {
  return wideLinear(shard, {
    name: "experts/router",
    inputs: shard.hidden,
    outputs: experts.count,
    bias: experts.routerBias ? experts.count : 0,
  });
}

/** Projections into and out of the width that routed experts work in. */
function latentLinears(experts: Experts, shard: Shard): readonly [Linear, Linear] | null {
  if (experts.latent === undefined) return null;
  const { latent } = experts;
  const part = (name: string, inputs: number, outputs: number): Linear =>
    linear(shard, { name: `experts/${name}`, inputs, outputs });
  return [part("latent-in", shard.hidden, latent), part("latent-out", latent, shard.hidden)];
}

export function expertsBytes(experts: Experts, shard: Shard): number {
  const local = localExperts(experts, shard);
  const { shared } = experts;
  const { wide } = shard;
  let bytes =
    local.experts * storedBytes(local.values, shard.numerics.experts) +
    linearBytes(router(experts, shard), wide);
  for (const part of latentLinears(experts, shard) ?? []) bytes += linearBytes(part, wide);
  if (experts.bias) {
    const inner = local.intermediate * (experts.gated ? 2 : 1);
    bytes += storedBytes(local.experts * (inner + (experts.latent ?? shard.hidden)), wide);
  }
  if (shared !== null) {
    const { up, down } = sharedLinears(experts, shared, shard);
    bytes += linearBytes(up, wide) + linearBytes(down, wide);
    if (shared.gate) bytes += storedBytes(shard.hidden, wide);
  }
  return bytes;
}

type Shared = NonNullable<Experts["shared"]>;

function sharedShape(experts: Experts, shared: Shared): Parameters<typeof denseLinears>[0] {
  return { intermediate: shared.intermediate, gated: experts.gated, bias: false };
}

/** Shared experts are stored as the routed ones are. */
function sharedShard<S extends Shard>(shard: S): S {
  const { numerics } = shard;
  const compute = { ...numerics.compute, linear: numerics.compute.experts };
  return { ...shard, numerics: { ...numerics, linear: numerics.experts, compute } };
}

function sharedLinears(
  experts: Experts,
  shared: Shared,
  shard: Shard,
): ReturnType<typeof denseLinears> {
  return denseLinears(sharedShape(experts, shared), sharedShard(shard));
}

export function expertsOperators(experts: Experts, scope: Scope): Operator[] {
  const { tokens } = scope;
  const scores = tokens * experts.count;
  const latent = latentLinears(experts, scope);
  return [
    matmul(scope, router(experts, scope), tokens),
    elementwise(scope, { name: "experts/top", read: scores, written: 2 * tokens * experts.active }),
    ...(latent === null ? [] : [matmul(scope, latent[0], tokens)]),
    ...exchange(experts, scope, "dispatch"),
    routed(experts, scope),
    ...exchange(experts, scope, "combine"),
    ...(latent === null ? [] : [matmul(scope, latent[1], tokens)]),
    ...sharedOperators(experts, scope),
    ...feedForwardReduce(scope),
  ];
}

function sharedOperators(experts: Experts, scope: Scope): readonly Operator[] {
  const { shared } = experts;
  if (shared === null) return [];
  const operators = denseOperators(sharedShape(experts, shared), sharedShard(scope)).map(
    (operator): Operator => ({
      ...operator,
      name: operator.name.replace("mlp/", "experts/shared-"),
      group: "experts",
    }),
  );
  if (!shared.gate) return operators;
  const gate = wideLinear(scope, {
    name: "experts/shared-gate",
    inputs: scope.hidden,
    outputs: 1,
  });
  return [...operators, matmul(scope, gate, scope.tokens)];
}

function routed(experts: Experts, scope: Scope): Operator {
  const local = localExperts(experts, scope);
  const { numerics, wide, data, expert } = scope;
  const tokens = scope.tokens * data;
  const pairs = (tokens * experts.active) / expert;
  const touched = touchedExperts({
    experts: local.experts,
    total: experts.count,
    active: experts.active,
    tokens,
  });
  const hidden = experts.latent ?? scope.hidden;
  const { intermediate } = local;
  const inner = intermediate * (experts.gated ? 2 : 1);
  const weights = touched * storedBytes(local.values, numerics.experts);
  return {
    name: "experts/routed",
    group: "experts",
    count: scope.count,
    work: {
      kind: "grouped-matmul",
      pairs,
      experts: local.experts,
      touched,
      tokens,
      hidden,
      intermediate,
      gated: experts.gated,
      compute: numerics.compute.experts,
      weights: numerics.experts,
      activations: numerics.activations,
    },
    flops: 2 * pairs * local.values,
    read:
      weights +
      storedBytes(pairs * (hidden + intermediate), numerics.activations) +
      storedBytes(pairs * inner, wide),
    written: storedBytes(pairs * (inner + intermediate + hidden), wide),
  };
}

/**
 * Tokens to the devices of their experts and back, when groups with their own tokens share experts.
 *
 * Routed (all-to-all) a device sends each of its tokens to each chosen expert; gathered, every device
 * gets all tokens once. Engines offer both; the one that moves fewer bytes is taken.
 */
function exchange(
  experts: Experts,
  scope: Scope,
  direction: "dispatch" | "combine",
): readonly Operator[] {
  const { data, tensor, tokens, expert } = scope;
  if (data === 1) return [];
  const dispatch = direction === "dispatch";
  const storage = dispatch ? scope.numerics.activations : scope.wide;
  const width = experts.latent ?? scope.hidden;
  const own = storedBytes((tokens / tensor) * width, storage);
  const copies = Math.min(experts.active, expert);
  const isRouted = expert === tensor * data && copies < data * tensor;
  if (isRouted) {
    const name = `experts/${direction}`;
    const ranks = expert;
    return collective(scope, { name, pattern: "all-to-all", ranks, bytes: own * copies });
  }
  return collective(scope, {
    name: `experts/${dispatch ? "all-gather" : "reduce-scatter"}`,
    pattern: dispatch ? "all-gather" : "reduce-scatter",
    ranks: data,
    bytes: own * tensor * data,
  });
}
