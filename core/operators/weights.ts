/**
 * Bytes of weights one device keeps, and the numbers behind them.
 *
 * The same projections that `expand` multiplies by are added up here, so that what a full step reads and
 * what memory holds cannot drift apart. Of pipeline stages the fullest counts: the busiest share of the
 * layers, and the larger of embedding (first stage) and head (last stage).
 *
 * Source: conservation, weights.test.ts; vllm-project/vllm vllm/model_executor/layers/ (which layers are
 * split over tensor ranks, which are whole on each)
 */
import type { FeedForward, Head, Layer, Mixer, Norm, Stack } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import type { Bytes } from "../units.ts";
import { attentionExtras, attentionLinears } from "./_attention.ts";
import { embeddingLinears, embeddingTables } from "./_embedding.ts";
import { linearBytes, type Linear } from "./_emit.ts";
import { expertsBytes } from "./_experts.ts";
import { denseLinears } from "./_feed-forward.ts";
import { headLinears, headTaps } from "./_head.ts";
import { indexerLinears } from "./_indexer.ts";
import { absorbedCopies, latentExtras, latentLinears } from "./_latent-attention.ts";
import { layerShare } from "./_merge.ts";
import { recurrentExtras, recurrentLinears } from "./_recurrent.ts";
import { shardOf, stackParallel, type Shard } from "./_scope.ts";
import type { SplitModel } from "./split.ts";

/** Weights of the fullest device, all stacks of the model together. */
export function weightBytes(split: SplitModel): Bytes {
  return totals(split, stackBytes);
}

/**
 * Bytes beyond the checkpoint that engines keep to run latent attention in both its forms: the two
 * halves of the up-projection, once more, in the wide format.
 *
 * Source: vllm-project/vllm vllm/model_executor/layers/attention/mla_attention.py,
 * process_weights_after_loading (W_UK_T and W_UV beside kv_b_proj)
 */
export function absorbedBytes(split: SplitModel): Bytes {
  return totals(split, (stack, shard, pipeline) =>
    layerSum(stack, pipeline, ({ mixers }) =>
      sum(mixers, (mixer) =>
        mixer.kind === "latent-attention"
          ? storedBytes(absorbedCopies(mixer, shard.tensor), shard.wide)
          : 0,
      ),
    ),
  );
}

type StackTotal = (stack: Stack, shard: Shard, pipeline: number) => Bytes;

function totals({ model, parallel, numerics = model.numerics }: SplitModel, of: StackTotal): Bytes {
  return sum(model.stacks, (stack) => {
    const own = stackParallel({ model, stack, parallel });
    return of(stack, shardOf({ stack, numerics, parallel: own }), own.pipeline);
  });
}

function stackBytes(stack: Stack, shard: Shard, pipeline: number): Bytes {
  const { numerics, wide, hidden } = shard;
  const { embedding, head, finalNorm } = stack;
  const tables = storedBytes(embeddingTables(embedding, shard), numerics.embedding);
  const first = tables + linearsBytes(embeddingLinears(embedding, shard), shard);
  const isTied = head?.kind === "tokens" && head.tied;
  const last =
    (head === null ? 0 : headBytes(head, shard)) +
    (finalNorm === null ? 0 : storedBytes(normValues(finalNorm, hidden), wide));
  const untied = isTied && pipeline === 1 ? last - logitsBytes(head, shard) : last;
  const ends = pipeline === 1 ? first + untied : Math.max(first, last);
  return ends + layerSum(stack, pipeline, (layer) => layerBytes(layer, shard));
}

function headBytes(head: Head, shard: Shard): Bytes {
  const isTransformed = head.kind === "tokens" && head.transform;
  const norm = isTransformed ? storedBytes(2 * shard.hidden, shard.wide) : 0;
  return headTaps(head) * linearsBytes(headLinears(head, shard), shard) + norm;
}

/** The vocabulary matrix of a tied head, which is the embedding's table. */
function logitsBytes(head: Extract<Head, { kind: "tokens" }>, shard: Shard): Bytes {
  const rows = Math.ceil(head.vocab / shard.tensor);
  return storedBytes(rows * shard.hidden, shard.numerics.head);
}

/** Layers of the busiest stage; a run of shared weights counts once. */
function layerSum(stack: Stack, pipeline: number, of: (layer: Layer) => Bytes): Bytes {
  const share = layerShare(stack, pipeline);
  return sum(stack.layers, ({ layer, count, shared }) =>
    shared === true ? of(layer) : count * share * of(layer),
  );
}

function layerBytes(layer: Layer, shard: Shard): Bytes {
  const norms = layer.norms.count * normValues(layer.norms.norm, shard.hidden);
  return (
    sum(layer.mixers, (mixer) => mixerBytes(mixer, shard)) +
    (layer.feedForward === null ? 0 : feedForwardBytes(layer.feedForward, shard)) +
    storedBytes(norms, shard.wide)
  );
}

function normValues(norm: Norm, width: number): number {
  return norm === "layer" ? 2 * width : width;
}

function feedForwardBytes(feedForward: FeedForward, shard: Shard): Bytes {
  if (feedForward.kind === "experts") return expertsBytes(feedForward, shard);
  return linearsBytes(Object.values(denseLinears(feedForward, shard)), shard);
}

function mixerBytes(mixer: Mixer, shard: Shard): Bytes {
  const { linears, extras } = mixerParts(mixer, shard);
  return linearsBytes(linears, shard) + storedBytes(extras, shard.wide);
}

function mixerParts(
  mixer: Mixer,
  shard: Shard,
): { readonly linears: readonly Linear[]; readonly extras: number } {
  switch (mixer.kind) {
    case "attention":
      return {
        linears: Object.values(attentionLinears(mixer, shard)),
        extras: attentionExtras(mixer, shard.tensor),
      };
    case "latent-attention": {
      const { down, queryUp, up, out } = latentLinears(mixer, shard);
      const indexer = mixer.indexer === null ? [] : indexerLinears(mixer, mixer.indexer, shard);
      const linears = [down, up, out, ...indexer];
      return {
        linears: queryUp === null ? linears : [...linears, queryUp],
        extras: latentExtras(mixer),
      };
    }
    case "state-space":
    case "delta-rule":
      return { linears: recurrentLinears(mixer, shard), extras: recurrentExtras(mixer, shard) };
  }
}

function linearsBytes(linears: readonly Linear[], shard: Shard): Bytes {
  return sum(linears, (part) => linearBytes(part, shard.wide));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
