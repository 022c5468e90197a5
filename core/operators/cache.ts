/**
 * What a sequence keeps on one device between steps: bytes that grow with its tokens, and bytes that do not.
 *
 * A token leaves keys and values in each layer that sees all tokens; a layer with a window keeps no more
 * than the window; a recurrent layer keeps a state; cross-attention keeps the source's keys. Key-value
 * heads are split over tensor ranks down to one a rank, latent vectors are whole on each.
 *
 * Source: Kwon et al., "PagedAttention" (arXiv 2309.06180), section 3; DeepSeek-AI, "DeepSeek-V2"
 * (arXiv 2405.04434), section 2.1.4 (latent cache); vllm-project/vllm vllm/v1/kv_cache_interface.py
 */
import type { Mixer, Stack } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import type { Bytes, Tokens } from "../units.ts";
import { localHeads } from "./_attention.ts";
import { indexerStorage } from "./_indexer.ts";
import { layerShare } from "./_merge.ts";
import { recurrentState } from "./_recurrent.ts";
import { shardOf, type Shard } from "./_scope.ts";
import type { SplitModel } from "./split.ts";

/** Cache of one layer kind: bytes a token, up to `limit` tokens a sequence. */
export interface CachePart {
  readonly bytesPerToken: Bytes;
  /** Most tokens of a sequence it keeps; null is all. */
  readonly limit: Tokens | null;
}

export interface SequenceCache {
  /** Of the decoder, one entry a window size. */
  readonly parts: readonly CachePart[];
  /** Recurrent and convolution state, whatever the length. */
  readonly state: Bytes;
  /** Keys and values of the source of cross-attention, a source token. */
  readonly perSourceToken: Bytes;
}

/** The cache of the last stack on the busiest device. */
export function sequenceCache({
  model,
  parallel,
  numerics = model.numerics,
}: SplitModel): SequenceCache {
  const stack = model.stacks.at(-1);
  if (stack === undefined) return { parts: [], state: 0, perSourceToken: 0 };
  const shard = shardOf({ stack, numerics, parallel });
  const byLimit = new Map<Tokens | null, Bytes>();
  let state = 0;
  let perSourceToken = 0;
  for (const { mixer, count } of mixersOf(stack, parallel.pipeline)) {
    const bytes = count * tokenBytes(mixer, shard);
    if (mixer.kind === "state-space" || mixer.kind === "delta-rule") {
      state += count * storedBytes(recurrentState(mixer, shard), shard.wide);
    } else if (mixer.kind === "attention" && mixer.cross) {
      perSourceToken += bytes;
    } else if (bytes > 0) {
      const limit = mixer.kind === "attention" ? mixer.window : null;
      byLimit.set(limit, (byLimit.get(limit) ?? 0) + bytes);
    }
  }
  const parts = [...byLimit].map(([limit, bytesPerToken]): CachePart => ({ bytesPerToken, limit }));
  return { parts, state, perSourceToken };
}

function mixersOf(
  stack: Stack,
  pipeline: number,
): readonly { readonly mixer: Mixer; readonly count: number }[] {
  const share = layerShare(stack, pipeline);
  return stack.layers.flatMap(({ layer, count }) =>
    layer.mixers.map((mixer) => ({ mixer, count: count * share })),
  );
}

/** Bytes one token leaves in one layer; none where nothing is kept between steps. */
function tokenBytes(mixer: Mixer, shard: Shard): Bytes {
  const { kv } = shard.numerics;
  if (mixer.kind === "attention") {
    if (!mixer.causal && !mixer.cross) return 0;
    const { kvHeads } = localHeads(mixer, shard.tensor);
    return storedBytes(kvHeads * (mixer.headDim + mixer.valueDim), kv);
  }
  if (mixer.kind !== "latent-attention") return 0;
  const latent = storedBytes(mixer.kvRank + mixer.ropeDim, kv);
  const { indexer } = mixer;
  return indexer === null ? latent : latent + storedBytes(indexer.dim, indexerStorage(indexer));
}

/** Bytes of one sequence of `tokens` tokens, its source of `source` tokens included. */
export function sequenceBytes(
  cache: SequenceCache,
  length: { readonly tokens: Tokens; readonly source?: Tokens },
): Bytes {
  const { tokens, source = 0 } = length;
  return cache.parts.reduce(
    (total, { bytesPerToken, limit }) => total + bytesPerToken * Math.min(tokens, limit ?? tokens),
    cache.state + cache.perSourceToken * source,
  );
}
