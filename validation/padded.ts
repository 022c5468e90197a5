/**
 * A model as compilers split it that pad what does not divide: each rank computes whole heads and channels,
 * some of them zeros.
 *
 * Source: aws-neuron/transformers-neuronx, docs of GQA sharding (heads padded to a multiple of the ranks,
 * key-value heads copied to each)
 */
import type { Layer, Mixer, Transformer } from "../core/index.ts";
import type { Row } from "./row.ts";

export function paddedModel(model: Transformer, ranks: number): Transformer {
  const stacks = model.stacks.map((stack) => ({
    ...stack,
    layers: stack.layers.map((run) => ({ ...run, layer: paddedLayer(run.layer, ranks) })),
  }));
  return { ...model, stacks };
}

function paddedLayer(layer: Layer, ranks: number): Layer {
  const { feedForward } = layer;
  const mixers = layer.mixers.map((mixer) => paddedMixer(mixer, ranks));
  if (feedForward?.kind !== "dense") return { ...layer, mixers };
  const intermediate = upTo(feedForward.intermediate, ranks);
  return { ...layer, mixers, feedForward: { ...feedForward, intermediate } };
}

function paddedMixer(mixer: Mixer, ranks: number): Mixer {
  if (mixer.kind !== "attention") return mixer;
  return { ...mixer, heads: upTo(mixer.heads, ranks), kvHeads: upTo(mixer.kvHeads, ranks) };
}

/**
 * A model whose experts compute all tokens, as graphs of fixed shapes do where no kernel sorts tokens by expert.
 *
 * Source: huggingface/optimum-habana, modeling_mixtral.py, gaudi_mixtral_block_moe_forward (with eight bits the loop over
 * experts "until moe op in hpu is supporting fp8"; its forward has no dynamic shapes)
 */
export function staticExperts(
  model: Transformer,
  { engine, precision_weights: weights }: Row,
): Transformer {
  if (!/optimum habana/i.test(engine) || weights !== "fp8") return model;
  const stacks = model.stacks.map((stack) => ({
    ...stack,
    layers: stack.layers.map((run) => ({ ...run, layer: staticLayer(run.layer) })),
  }));
  return { ...model, stacks };
}

function staticLayer(layer: Layer): Layer {
  const { feedForward } = layer;
  if (feedForward?.kind !== "experts") return layer;
  return { ...layer, feedForward: { ...feedForward, active: feedForward.count } };
}

/** The least multiple of `ranks` from `count` up. */
function upTo(count: number, ranks: number): number {
  return Math.ceil(count / ranks) * ranks;
}
