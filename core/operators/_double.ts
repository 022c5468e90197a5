/**
 * A model of twice the depth or width.
 *
 * Width is hidden size, inner sizes and the number of heads; head sizes, vocabulary and the number of
 * experts stay, as they do between the sizes of one family.
 *
 * Source: Grattafiori et al., "The Llama 3 Herd of Models" (arXiv 2407.21783), table 3 (8B to 405B: heads
 * grow with hidden size, head size and vocabulary stay)
 */
import type { Embedding, FeedForward, Layer, Mixer, Stack, Transformer } from "../model/index.ts";

export function deeper(model: Transformer): Transformer {
  return withStacks(model, (stack) => ({
    ...stack,
    layers: stack.layers.map((run) => ({ ...run, count: 2 * run.count })),
  }));
}

export function wider(model: Transformer): Transformer {
  return withStacks(model, (stack) => ({
    ...stack,
    hidden: 2 * stack.hidden,
    embedding: widerEmbedding(stack.embedding),
    layers: stack.layers.map((run) => ({ ...run, layer: widerLayer(run.layer) })),
  }));
}

function withStacks(model: Transformer, change: (stack: Stack) => Stack): Transformer {
  return { ...model, stacks: model.stacks.map(change) };
}

function widerEmbedding(embedding: Embedding): Embedding {
  if (embedding.kind !== "tokens" || embedding.width === null) return embedding;
  return { ...embedding, width: 2 * embedding.width };
}

function widerLayer(layer: Layer): Layer {
  const { mixers, feedForward } = layer;
  return {
    ...layer,
    mixers: mixers.map(widerMixer),
    feedForward: feedForward === null ? null : widerFeedForward(feedForward),
  };
}

function widerMixer(mixer: Mixer): Mixer {
  switch (mixer.kind) {
    case "attention":
      return { ...mixer, heads: 2 * mixer.heads, kvHeads: 2 * mixer.kvHeads };
    case "latent-attention": {
      const { queryRank, kvRank } = mixer;
      const rank = queryRank === null ? null : 2 * queryRank;
      return { ...mixer, heads: 2 * mixer.heads, queryRank: rank, kvRank: 2 * kvRank };
    }
    case "state-space": {
      const { inner, heads, stepRank } = mixer;
      return { ...mixer, inner: 2 * inner, heads: 2 * heads, stepRank: 2 * stepRank };
    }
    case "delta-rule":
      return { ...mixer, keyHeads: 2 * mixer.keyHeads, valueHeads: 2 * mixer.valueHeads };
  }
}

function widerFeedForward(feedForward: FeedForward): FeedForward {
  const intermediate = 2 * feedForward.intermediate;
  if (feedForward.kind === "dense") return { ...feedForward, intermediate };
  const { shared } = feedForward;
  const both = shared === null ? null : { ...shared, intermediate: 2 * shared.intermediate };
  return { ...feedForward, intermediate, shared: both };
}
