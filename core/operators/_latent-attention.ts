/**
 * Multi-head latent attention, in the two forms that engines run.
 *
 * Naive: keys and values of every head are rebuilt from the latent vectors of the whole context, then attention is multi-head.
 * Absorbed: the key matrix is multiplied into the query and the value matrix into the output, so that all heads attend to the
 * latent vectors themselves. A segment takes the form with fewer FLOPs: naive for a prompt, absorbed for decoding. A sparse
 * indexer needs absorbed, since each query has its own keys.
 *
 * The compressing projections and the latent cache are whole on each tensor rank; heads are split.
 *
 * Source: DeepSeek-AI, "DeepSeek-V2" (arXiv 2405.04434), section 2.1 and appendix C;
 * "DeepSeek-V3.2-Exp" technical report, section 2.1 (indexer);
 * vllm-project/vllm vllm/model_executor/layers/attention/mla_attention.py, header (the two forms)
 */
import type { LatentAttention } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import { cacheWrite, queryKeyPairs, softmax } from "./_attention.ts";
import {
  elementwise,
  linear,
  matmul,
  mixerFrame,
  quantise,
  traffic,
  type Linear,
} from "./_emit.ts";
import { indexerLinears, indexerOperators } from "./_indexer.ts";
import type { Operator, Segment } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

/** Projections in the order of their use. */
interface LatentLinears {
  /** q_a and kv_a in one. */
  readonly down: Linear;
  readonly queryUp: Linear | null;
  /** kv_b: latent vectors to keys and values of each head. */
  readonly up: Linear;
  readonly out: Linear;
}

export function latentLinears(attention: LatentAttention, shard: Shard): LatentLinears {
  const heads = Math.ceil(attention.heads / shard.tensor);
  const { queryRank, kvRank, nopeDim, ropeDim, valueDim } = attention;
  const query = heads * (nopeDim + ropeDim);
  const latent = kvRank + ropeDim;
  const part = (name: string, inputs: number, outputs: number): Linear =>
    linear(shard, { name: `attention/${name}`, inputs, outputs });
  return {
    down: part("qkv-down", shard.hidden, latent + (queryRank ?? query)),
    queryUp: queryRank === null ? null : part("q-up", queryRank, query),
    up: part("kv-up", kvRank, heads * (nopeDim + valueDim)),
    out: part("out", heads * valueDim, shard.hidden),
  };
}

/** Norms of the two latent vectors. */
export function latentExtras(attention: LatentAttention): number {
  const indexer = attention.indexer === null ? 0 : 2 * attention.indexer.dim;
  return (attention.queryRank ?? 0) + attention.kvRank + indexer;
}

/** Values of the absorbed form's two matrices, which engines keep beside the naive form's one. */
export function absorbedCopies(attention: LatentAttention, tensor: number): number {
  const { kvRank, nopeDim, valueDim } = attention;
  return Math.ceil(attention.heads / tensor) * kvRank * (nopeDim + valueDim);
}

export function latentOperators(attention: LatentAttention, scope: Scope): Operator[] {
  const linears = latentLinears(attention, scope);
  return mixerFrame(scope, linears.out, [
    ...inputs(attention, linears, scope),
    ...indexer(attention, scope),
    ...scope.segments.flatMap((segment) =>
      isAbsorbed(attention, segment)
        ? absorbed(attention, scope, segment)
        : naive(attention, linears.up, scope, segment),
    ),
  ]);
}

function inputs(attention: LatentAttention, linears: LatentLinears, scope: Scope): Operator[] {
  const { tokens } = scope;
  const { queryRank, kvRank, ropeDim } = attention;
  const heads = Math.ceil(attention.heads / scope.tensor);
  const normed = tokens * (kvRank + (queryRank ?? 0));
  const rotated = tokens * (heads + 1) * ropeDim;
  const { down, queryUp } = linears;
  const upwards =
    queryUp === null
      ? []
      : [
          ...quantise(scope, "attention/quantise-q", queryUp.inputs),
          matmul(scope, queryUp, tokens),
        ];
  return [
    matmul(scope, down, tokens),
    elementwise(scope, { name: "attention/latent-norm", read: normed, written: normed }),
    ...upwards,
    elementwise(scope, { name: "attention/rotary", read: rotated, written: rotated }),
    cacheWrite(scope, tokens * (kvRank + ropeDim)),
  ];
}

function indexer(attention: LatentAttention, scope: Scope): Operator[] {
  if (attention.indexer === null) return [];
  const linears = indexerLinears(attention, attention.indexer, scope);
  return indexerOperators(attention.indexer, linears, scope);
}

/** Whether attending to latent vectors takes fewer FLOPs than rebuilding keys and values; a head's share. */
function isAbsorbed(attention: LatentAttention, segment: Segment): boolean {
  const { kvRank, nopeDim, ropeDim, valueDim, indexer } = attention;
  if (indexer !== null) return true;
  const context = segment.prefix + segment.query;
  const pairs = queryKeyPairs({ query: segment.query, context, causal: true, window: null });
  const matrix = kvRank * (nopeDim + valueDim);
  const absorbedCost = segment.query * matrix + pairs * (2 * kvRank + ropeDim);
  const naiveCost = context * matrix + pairs * (nopeDim + ropeDim + valueDim);
  return absorbedCost < naiveCost;
}

function absorbed(attention: LatentAttention, scope: Scope, segment: Segment): Operator[] {
  const { kvRank, nopeDim, ropeDim, valueDim } = attention;
  const heads = Math.ceil(attention.heads / scope.tensor);
  const rows = segment.sequences * segment.query;
  const part = (name: string, inputsOf: number, outputs: number): Linear => ({
    name: `attention/${name}`,
    inputs: inputsOf,
    outputs,
    batch: heads,
    bias: 0,
    weights: scope.wide,
    compute: scope.numerics.compute.head,
  });
  return [
    matmul(scope, part("q-absorb", nopeDim, kvRank), rows),
    softmax(scope, {
      name: "attention/latent",
      segment,
      context: segment.prefix + segment.query,
      heads,
      kvHeads: 1,
      headDim: kvRank + ropeDim,
      valueDim: kvRank,
      causal: true,
      window: attention.indexer?.topTokens ?? null,
      latent: true,
      compute: scope.numerics.compute.attention,
      kv: scope.numerics.kv,
    }),
    matmul(scope, part("v-absorb", kvRank, valueDim), rows),
  ];
}

function naive(attention: LatentAttention, up: Linear, scope: Scope, segment: Segment): Operator[] {
  const { kvRank, nopeDim, ropeDim, valueDim } = attention;
  const heads = Math.ceil(attention.heads / scope.tensor);
  const context = segment.prefix + segment.query;
  const stored = segment.sequences * segment.prefix * (kvRank + ropeDim);
  const cached = traffic(scope, {
    name: "attention/cache-read",
    elements: stored,
    read: storedBytes(stored, scope.numerics.kv),
    written: storedBytes(stored, scope.wide),
  });
  return [
    ...(stored > 0 ? [cached] : []),
    matmul(scope, up, segment.sequences * context),
    softmax(scope, {
      name: "attention/softmax",
      segment,
      context,
      heads,
      kvHeads: heads,
      headDim: nopeDim + ropeDim,
      valueDim,
      causal: true,
      window: null,
      latent: false,
      compute: scope.numerics.compute.attention,
      kv: scope.wide,
    }),
  ];
}
