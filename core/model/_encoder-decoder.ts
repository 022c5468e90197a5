/** Encoder-decoder models: T5, BART and Whisper with their lines. */
import { layerCount, tokenEmbedding } from "./_decoder.ts";
import type { Fields } from "./_fields.ts";
import type { Attention, Embedding, Layer, LayerRun, Norm, Stack } from "./model.ts";
import { plainAttention } from "./plain-attention.ts";

interface Traits {
  readonly norm: Norm;
  readonly bias: "none" | "all" | "all-but-k";
  /** Biases of scores, from a table in the first layer of each stack; else positions are in the embedding. */
  readonly relative: boolean;
  /** Rows of learned positions beyond the longest sequence; null is none (or computed). */
  readonly positionsExtra: number | null;
  readonly embeddingNorm: Norm | null;
  readonly finalNorm: boolean;
  readonly audio: boolean;
}

const BART: Traits = {
  norm: "layer",
  bias: "all",
  relative: false,
  positionsExtra: 2,
  embeddingNorm: "layer",
  finalNorm: false,
  audio: false,
};
const T5: Traits = {
  ...BART,
  norm: "rms",
  bias: "none",
  relative: true,
  positionsExtra: null,
  embeddingNorm: null,
  finalNorm: true,
};

const ROWS: ReadonlyMap<string, Traits> = new Map<string, Traits>([
  ["t5", T5],
  ["mt5", T5],
  ["umt5", T5],
  ["bart", BART],
  ["mbart", { ...BART, finalNorm: true }],
  ["marian", { ...BART, positionsExtra: null, embeddingNorm: null }],
  ["pegasus", { ...BART, positionsExtra: null, embeddingNorm: null, finalNorm: true }],
  ["m2m_100", { ...BART, positionsExtra: null, embeddingNorm: null, finalNorm: true }],
  [
    "whisper",
    {
      ...BART,
      bias: "all-but-k",
      positionsExtra: 0,
      embeddingNorm: null,
      finalNorm: true,
      audio: true,
    },
  ],
]);

export function isEncoderDecoder(fields: Fields, modelType: string): boolean {
  return ROWS.has(modelType) || fields.flag("is_encoder_decoder", false);
}

export function encoderDecoderStacks(fields: Fields, modelType: string): readonly Stack[] {
  const traits = ROWS.get(modelType);
  if (traits === undefined) {
    fields.refuse("model_type", `an encoder-decoder of ${[...ROWS.keys()].join(", ")}`);
    return [];
  }
  const first = encoder(fields, traits);
  return isEncoderAlone(fields) ? [first] : [first, decoder(fields, traits)];
}

/** Saved without its decoder (T5EncoderModel), whose figures its configuration keeps. */
function isEncoderAlone(fields: Fields): boolean {
  return (fields.list("architectures") ?? []).some((name) => String(name).endsWith("EncoderModel"));
}

interface Side {
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
}

/** The same three figures, named for a side (BART, Whisper) or once for both (T5). */
function sideOf(fields: Fields, side: "encoder" | "decoder"): Side {
  const named = (own: string, common: string): string => (fields.has(own) ? own : common);
  const both = side === "decoder" ? "num_decoder_layers" : "num_hidden_layers";
  const layers = named(`${side}_layers`, fields.has(both) ? both : "num_hidden_layers");
  return {
    layers: layerCount(fields, layers),
    heads: fields.count(named(`${side}_attention_heads`, "num_attention_heads")),
    intermediate: fields.count(named(`${side}_ffn_dim`, "intermediate_size")),
  };
}

function encoder(fields: Fields, traits: Traits): Stack {
  return {
    role: traits.audio ? "audio" : "encoder",
    hidden: fields.count("hidden_size"),
    embedding: traits.audio ? frames(fields) : tokenEmbedding(fields, traits),
    layers: runs(fields, { traits, side: "encoder" }),
    finalNorm: traits.finalNorm ? traits.norm : null,
    head: null,
  };
}

function decoder(fields: Fields, traits: Traits): Stack {
  return {
    role: "decoder",
    hidden: fields.count("hidden_size"),
    embedding: { ...tokenEmbedding(fields, traits), shared: !traits.audio },
    layers: runs(fields, { traits, side: "decoder" }),
    finalNorm: traits.finalNorm ? traits.norm : null,
    head: {
      kind: "tokens",
      vocab: fields.count("vocab_size"),
      tied: fields.flag("tie_word_embeddings", true),
      bias: false,
      transform: false,
    },
  };
}

function frames(fields: Fields): Embedding {
  const positions = fields.count("max_source_positions");
  return {
    kind: "frames",
    mels: fields.count("num_mel_bins"),
    kernel: 3,
    frames: 2 * positions,
    positions,
  };
}

function runs(
  fields: Fields,
  given: { readonly traits: Traits; readonly side: "encoder" | "decoder" },
): readonly LayerRun[] {
  const { traits, side } = given;
  const figures = sideOf(fields, side);
  const buckets = traits.relative ? fields.countOr("relative_attention_num_buckets", 32) : 0;
  const first = layer(fields, { ...given, figures, buckets });
  if (!traits.relative) return [{ count: figures.layers, layer: first }];
  const rest = {
    count: figures.layers - 1,
    layer: layer(fields, { ...given, figures, buckets: 0 }),
  };
  return [{ count: 1, layer: first }, ...(rest.count > 0 ? [rest] : [])];
}

function layer(
  fields: Fields,
  given: {
    readonly traits: Traits;
    readonly side: "encoder" | "decoder";
    readonly figures: Side;
    readonly buckets: number;
  },
): Layer {
  const { traits, side, figures, buckets } = given;
  const self = attention(fields, {
    traits,
    heads: figures.heads,
    buckets,
    causal: side === "decoder",
  });
  const cross = {
    ...self,
    causal: false,
    cross: true,
    relativeBuckets: 0,
    positions: "embedding",
  } as const;
  return {
    mixers: side === "decoder" ? [self, cross] : [self],
    feedForward: {
      kind: "dense",
      intermediate: figures.intermediate,
      gated: /gated/u.test(fields.text("hidden_act") ?? "") || fields.flag("is_gated_act", false),
      bias: traits.bias !== "none",
    },
    norms: { count: side === "decoder" ? 3 : 2, norm: traits.norm },
  };
}

/** T5 states the width of a head, which need not make up hidden. */
function attention(
  fields: Fields,
  given: {
    readonly traits: Traits;
    readonly heads: number;
    readonly buckets: number;
    readonly causal: boolean;
  },
): Attention {
  const { traits, heads, buckets, causal } = given;
  const hidden = fields.count("hidden_size");
  if (!fields.has("d_kv") && hidden % heads !== 0) {
    fields.refuse("num_attention_heads", `a divisor of ${hidden} channels, or a d_kv`);
  }
  const headDim = fields.countOr("d_kv", Math.max(1, Math.floor(hidden / heads)));
  const positions = traits.relative ? "bias" : "embedding";
  const some = traits.bias !== "none";
  return {
    ...plainAttention(heads, heads, headDim),
    causal,
    bias: { q: some, k: traits.bias === "all", v: some, out: some },
    relativeBuckets: buckets,
    positions,
  };
}
