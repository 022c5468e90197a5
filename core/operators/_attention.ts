/**
 * Softmax attention over a KV cache: multi-head, grouped-query and multi-query; self and cross.
 *
 * Heads are split over tensor ranks; where there are more ranks than key-value heads, each rank keeps
 * a copy of one. Queries and outputs are wide, the cache is in its own format.
 *
 * Source: Raffel et al. (arXiv 1910.10683), section 2.1 (biases of scores: made in the first layer, read in all);
 * Dao, "FlashAttention-2" (arXiv 2307.08691), section 4.1 (FLOPs; causal counts each pair once);
 * Shoeybi et al., "Megatron-LM" (arXiv 1909.08053), section 3 (split by heads);
 * vllm-project/vllm vllm/model_executor/layers/linear.py, QKVParallelLinear (replicated KV heads)
 */
import type { Attention } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import type { Tokens } from "../units.ts";
import { elementwise, linear, matmul, mixerFrame, traffic, type Linear } from "./_emit.ts";
import type { AttentionWork, Operator, Segment } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

interface Heads {
  readonly heads: number;
  readonly kvHeads: number;
}

/** Heads of one device: a tensor rank keeps at least one key-value head. */
export function localHeads(attention: Attention, tensor: number): Heads {
  return {
    heads: Math.ceil(attention.heads / tensor),
    kvHeads: Math.ceil(attention.kvHeads / tensor),
  };
}

export function attentionLinears(
  attention: Attention,
  shard: Shard,
): Record<"qkv" | "out", Linear> {
  const { heads, kvHeads } = localHeads(attention, shard.tensor);
  const { headDim, valueDim, bias, gated } = attention;
  const queries = heads * headDim * (gated ? 2 : 1);
  const keys = kvHeads * headDim;
  const values = attention.valueTied === true ? 0 : kvHeads * valueDim;
  return {
    qkv: linear(shard, {
      name: "attention/qkv",
      inputs: shard.hidden,
      outputs: queries + keys + values,
      bias: (bias.q ? queries : 0) + (bias.k ? keys : 0) + (bias.v ? values : 0),
    }),
    out: linear(shard, {
      name: "attention/out",
      inputs: heads * valueDim,
      outputs: shard.hidden,
      bias: bias.out ? shard.hidden : 0,
    }),
  };
}

/** Values outside the projections: norms of queries and keys, sinks, relative-position buckets. */
export function attentionExtras(attention: Attention, tensor: number): number {
  const { heads, kvHeads } = localHeads(attention, tensor);
  const { headDim, qkNorm, sinks, relativeBuckets } = attention;
  const norms = { none: 0, head: 2 * headDim, full: (heads + kvHeads) * headDim }[qkNorm];
  return norms + (sinks ? heads : 0) + relativeBuckets * heads;
}

export function attentionOperators(attention: Attention, scope: Scope): Operator[] {
  const { qkv, out } = attentionLinears(attention, scope);
  return mixerFrame(scope, out, [
    ...(attention.cross ? crossInputs(attention, qkv, scope) : selfInputs(attention, qkv, scope)),
    ...softmaxOperators(attention, scope),
    ...(attention.gated ? [gate(scope, scope.tokens * out.inputs)] : []),
  ]);
}

function gate(scope: Scope, values: number): Operator {
  return elementwise(scope, { name: "attention/gate", read: 2 * values, written: values });
}

function selfInputs(attention: Attention, qkv: Linear, scope: Scope): Operator[] {
  const { heads, kvHeads } = localHeads(attention, scope.tensor);
  const { headDim, valueDim, qkNorm, causal, positions, relativeBuckets } = attention;
  const rotated = scope.tokens * (heads + kvHeads) * headDim;
  const cached = scope.tokens * kvHeads * (headDim + valueDim);
  const operators = [matmul(scope, qkv, scope.tokens)];
  const inPlace = { read: rotated, written: rotated };
  if (qkNorm !== "none")
    operators.push(elementwise(scope, { name: "attention/qk-norm", ...inPlace }));
  if (scope.rotary && positions === undefined) {
    operators.push(elementwise(scope, { name: "attention/rotary", ...inPlace }));
  }
  if (relativeBuckets > 0) {
    const biases = scope.segments.reduce((sum, segment) => sum + scoreBiases(heads, segment), 0);
    const [read, written] = [relativeBuckets * heads, biases];
    const name = "attention/position-bias";
    operators.push(elementwise(scope, { name, read, written }));
  }
  if (causal) operators.push(cacheWrite(scope, cached));
  return operators;
}

/** One a head and pair of positions, the same for all sequences. */
function scoreBiases(heads: number, { prefix, query }: Segment): number {
  return heads * query * (prefix + query);
}

/** Storing `values` new keys and values in the cache, in its format. */
export function cacheWrite(scope: Scope, values: number): Operator {
  return traffic(scope, {
    name: "attention/cache-write",
    elements: values,
    read: storedBytes(values, scope.wide),
    written: storedBytes(values, scope.numerics.kv),
  });
}

/** Queries of the new tokens, and once a sequence, at its first step, keys and values of the other stack. */
function crossInputs(attention: Attention, qkv: Linear, scope: Scope): Operator[] {
  const { kvHeads } = localHeads(attention, scope.tensor);
  const pair = kvHeads * (attention.headDim + attention.valueDim);
  const query = { ...qkv, name: "attention/cross-q" as const, outputs: qkv.outputs - pair };
  const keyValue = { ...qkv, name: "attention/cross-kv" as const, outputs: pair, bias: 0 };
  let sources = 0;
  for (const segment of scope.segments) {
    if (segment.prefix === 0) sources += segment.sequences * (segment.source ?? 0);
  }
  const operators = [matmul(scope, query, scope.tokens)];
  if (sources > 0) {
    operators.push(matmul(scope, keyValue, sources), cacheWrite(scope, sources * pair));
  }
  return operators;
}

function softmaxOperators(attention: Attention, scope: Scope): Operator[] {
  const { heads, kvHeads } = localHeads(attention, scope.tensor);
  const { headDim, valueDim, causal, cross, window } = attention;
  const { compute, kv } = scope.numerics;
  const shape = { heads, kvHeads, headDim, valueDim, window, latent: false };
  return scope.segments.flatMap((segment) => {
    const context = cross ? (segment.source ?? 0) : segment.prefix + segment.query;
    if (context === 0) return [];
    const scores = softmax(scope, {
      name: cross ? "attention/cross" : "attention/softmax",
      segment,
      context,
      ...shape,
      causal: causal && !cross,
      compute: compute.attention,
      kv: causal || cross ? kv : scope.wide,
    });
    const biases = attention.positions === "bias" ? scoreBiases(heads, segment) : 0;
    return { ...scores, read: scores.read + storedBytes(biases, scope.wide) };
  });
}

/** Attention of one segment. A latent key holds its value, so it is read once. */
export function softmax(
  scope: Scope,
  part: Omit<AttentionWork, "kind" | "sequences" | "query"> & {
    readonly name: string;
    readonly segment: Segment;
  },
): Operator {
  const { name, segment, ...shape } = part;
  const { context, heads, kvHeads, headDim, valueDim, causal, window, latent, kv } = shape;
  const { sequences, query } = segment;
  const pairs = sequences * queryKeyPairs({ query, context, causal, window });
  const keysRead = sequences * kvHeads * keysTouched({ query, context, window });
  const keyWidth = latent ? headDim : headDim + valueDim;
  const rows = sequences * query * heads;
  return {
    name,
    group: "attention",
    count: scope.count,
    work: { kind: "attention", sequences, query, ...shape },
    flops: 2 * pairs * heads * (headDim + valueDim),
    read: storedBytes(rows * headDim, scope.wide) + storedBytes(keysRead * keyWidth, kv),
    written: storedBytes(rows * valueDim, scope.wide),
  };
}

interface Span {
  readonly query: Tokens;
  readonly context: Tokens;
  readonly window: Tokens | null;
}

/**
 * Query-key pairs of one head of one sequence: query `i` of a causal layer sees the prefix and itself.
 *
 * Symbols: p prefix, q query, w window; Σ_{i=1..q} min(p + i, w)
 */
export function queryKeyPairs(span: Span & { readonly causal: boolean }): number {
  const { query, context, causal, window } = span;
  if (!causal) return query * Math.min(context, window ?? context);
  const prefix = context - query;
  const whole = Math.min(Math.max((window ?? context) - prefix, 0), query);
  return whole * prefix + (whole * (whole + 1)) / 2 + (query - whole) * (window ?? 0);
}

/** Keys that some query of the segment sees. */
function keysTouched(span: Span): Tokens {
  const { query, context, window } = span;
  return window === null ? context : Math.min(context, window + query - 1);
}
