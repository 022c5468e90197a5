/** A decoder stack, from the figures of its configuration. */
import { feedForwardOf } from "./_feed-forward.ts";
import type { Fields } from "./_fields.ts";
import { layerKinds } from "./_layer-pattern.ts";
import type { LayerKind } from "./_layer-pattern.ts";
import { mixersOf } from "./_mixers.ts";
import { layerRuns } from "./_runs.ts";
import type { Traits } from "./_traits.ts";
import type { Embedding, Layer, Stack } from "./model.ts";

/** Deeper than any model, shallow enough that a hostile count costs nothing. */
const LAYERS_MAX = 10_000;

export function decoderStack(fields: Fields, traits: Traits): Stack {
  const layers = decoderLayerCount(fields);
  const kinds = layerKinds(fields, layers);
  const vocab = fields.count("vocab_size");
  return {
    role: "decoder",
    hidden: fields.count("hidden_size"),
    embedding: tokenEmbedding(fields, traits),
    layers: layerRuns(kinds.map((kind, index) => layerOf(kind, { fields, traits, index }))),
    finalNorm: traits.finalNorm ? traits.norm : null,
    head: {
      kind: "tokens",
      vocab,
      tied: fields.flag("tie_word_embeddings", traits.tied),
      bias: traits.headBias,
      transform: false,
    },
  };
}

/** Nemotron 3 lists its layers and does not count them. */
function decoderLayerCount(fields: Fields): number {
  const listed = fields.list("layers_block_type");
  if (fields.has("num_hidden_layers") || listed === null) return layerCount(fields);
  return layerCount(fields.withDefaults({ num_hidden_layers: listed.length }));
}

/** How many layers, refused where nobody could have trained so many. */
export function layerCount(fields: Fields, name = "num_hidden_layers"): number {
  const layers = fields.count(name);
  if (layers <= LAYERS_MAX) return layers;
  fields.refuse(name, `at most ${LAYERS_MAX} layers`);
  return 1;
}

function layerOf(
  kind: LayerKind,
  given: { readonly fields: Fields; readonly traits: Traits; readonly index: number },
): Layer {
  const { fields, traits } = given;
  const extra = fields.flag("new_decoder_architecture", false) ? 1 : 0;
  return {
    mixers: mixersOf(kind.mixer, given),
    feedForward: feedForwardOf(kind.feedForward, fields, traits),
    norms: { count: traits.norms + extra, norm: traits.norm },
  };
}

/** A table of tokens, and of positions where they are learned. */
export function tokenEmbedding(
  fields: Fields,
  traits: Pick<Traits, "positionsExtra" | "embeddingNorm">,
): Extract<Embedding, { kind: "tokens" }> {
  const hidden = fields.count("hidden_size");
  const width = fields.countOr("word_embed_proj_dim", hidden);
  const extra = traits.positionsExtra;
  return {
    kind: "tokens",
    vocab: fields.count("vocab_size"),
    width: width === hidden ? null : width,
    positions: extra === null ? 0 : fields.count("max_position_embeddings") + extra,
    types: 0,
    norm: traits.embeddingNorm,
    shared: false,
  };
}
