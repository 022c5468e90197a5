/**
 * The indexer of sparse latent attention: few small heads score every key, the best keys are attended to.
 *
 * It is whole on each tensor rank. Scores are multiplied and keys kept in FP8 with one FP32 scale a key.
 *
 * Source: DeepSeek-AI, "DeepSeek-V3.2-Exp" technical report, section 2.1;
 * vllm-project/vllm vllm/model_executor/models/deepseek_v2.py, Indexer (ReplicatedLinear, FP8 cache)
 */
import type { LatentAttention } from "../model/index.ts";
import type { Storage } from "../precision.ts";
import { queryKeyPairs, softmax } from "./_attention.ts";
import { linear, matmul, traffic, wideLinear, type Linear } from "./_emit.ts";
import type { Operator } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

type Indexer = NonNullable<LatentAttention["indexer"]>;

const SCALE_BITS = 32;
const LOGIT_BYTES = 4;

/** Keys of the indexer as the cache keeps them. */
export function indexerStorage(indexer: Indexer): Storage {
  return { name: "fp8-scaled", bits: 8 + SCALE_BITS / indexer.dim };
}

export function indexerLinears(
  attention: LatentAttention,
  indexer: Indexer,
  shard: Shard,
): readonly Linear[] {
  const { heads, dim } = indexer;
  return [
    linear(shard, {
      name: "attention/indexer-q",
      inputs: attention.queryRank ?? shard.hidden,
      outputs: heads * dim,
    }),
    linear(shard, { name: "attention/indexer-k", inputs: shard.hidden, outputs: dim }),
    wideLinear(shard, {
      name: "attention/indexer-weights",
      inputs: shard.hidden,
      outputs: heads,
    }),
  ];
}

export function indexerOperators(
  indexer: Indexer,
  linears: readonly Linear[],
  scope: Scope,
): Operator[] {
  const operators = linears.map((part) => matmul(scope, part, scope.tokens));
  for (const segment of scope.segments) {
    const context = segment.prefix + segment.query;
    operators.push(
      softmax(scope, {
        name: "attention/indexer-scores",
        segment,
        context,
        heads: indexer.heads,
        kvHeads: 1,
        headDim: indexer.dim,
        valueDim: 0,
        causal: true,
        window: null,
        latent: true,
        compute: "fp8",
        kv: indexerStorage(indexer),
      }),
      selection(indexer, scope, {
        rows: segment.sequences * segment.query,
        scores:
          segment.sequences *
          queryKeyPairs({ query: segment.query, context, causal: true, window: null }),
      }),
    );
  }
  return operators;
}

function selection(
  indexer: Indexer,
  scope: Scope,
  size: { readonly rows: number; readonly scores: number },
): Operator {
  const elements = Math.min(size.scores, size.rows * indexer.topTokens);
  return traffic(scope, {
    name: "attention/indexer-top",
    elements,
    read: size.scores * LOGIT_BYTES,
    written: elements * LOGIT_BYTES,
  });
}
