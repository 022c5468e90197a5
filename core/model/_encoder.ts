/** Encoder-only models: BERT and its line. */
import { layerCount } from "./_decoder.ts";
import { multiHeadAttention } from "./_multi-head-attention.ts";
import type { Fields } from "./_fields.ts";
import type { Embedding, Head, LayerRun, Norm, Stack } from "./model.ts";

interface EncoderTraits {
  readonly types: boolean;
  readonly positions: boolean;
  readonly bias: boolean;
  readonly gated: boolean;
  readonly embeddingNorm: Norm | null;
  readonly finalNorm: Norm | null;
  readonly pooler: boolean;
  /** One set of weights for all layers (ALBERT). */
  readonly sharedLayers: boolean;
}

const BERT: EncoderTraits = {
  types: true,
  positions: true,
  bias: true,
  gated: false,
  embeddingNorm: "layer",
  finalNorm: null,
  pooler: true,
  sharedLayers: false,
};

const ROWS: ReadonlyMap<string, Partial<EncoderTraits>> = new Map<string, Partial<EncoderTraits>>([
  ["bert", {}],
  ["megatron-bert", { embeddingNorm: null, finalNorm: "layer" }],
  ["roberta", {}],
  ["xlm-roberta", {}],
  ["camembert", {}],
  ["electra", { pooler: false }],
  ["albert", { sharedLayers: true }],
  ["distilbert", { types: false, pooler: false }],
  ["mpnet", { types: false }],
  ["deberta-v2", { types: false, positions: false, pooler: false }],
  [
    "modernbert",
    { types: false, positions: false, bias: false, gated: true, finalNorm: "layer", pooler: false },
  ],
  ["nomic_bert", { positions: false, bias: false, gated: true, pooler: false }],
]);

export function isEncoderArchitecture(modelType: string): boolean {
  return ROWS.has(modelType);
}

export function encoderStacks(fields: Fields, modelType: string): readonly Stack[] {
  const traits = { ...BERT, ...ROWS.get(modelType) };
  const head: Head | null = traits.pooler ? { kind: "pooler" } : null;
  return [
    {
      role: "encoder",
      hidden: fields.count("hidden_size"),
      embedding: embedding(fields, traits),
      layers: runs(fields, traits),
      finalNorm: traits.finalNorm,
      head,
    },
  ];
}

/** DeBERTa keeps a table of relative positions in place of absolute ones, both ways. */
function embedding(fields: Fields, traits: EncoderTraits): Embedding {
  const hidden = fields.count("hidden_size");
  const width = fields.countOr("embedding_size", hidden);
  const relative = 2 * fields.natural("position_buckets");
  return {
    kind: "tokens",
    vocab: fields.count("vocab_size"),
    width: width === hidden ? null : width,
    positions: traits.positions ? fields.count("max_position_embeddings") : relative,
    types: traits.types ? fields.natural("type_vocab_size") : 0,
    norm: traits.embeddingNorm,
    shared: false,
  };
}

/** ModernBERT sees everything in each third layer and a window in the others. */
function runs(fields: Fields, traits: EncoderTraits): readonly LayerRun[] {
  const layers = layerCount(fields);
  if (!fields.has("global_attn_every_n_layers")) {
    return [
      {
        ...run(fields, { traits, window: null, count: layers }),
        ...(traits.sharedLayers ? { shared: true as const } : {}),
      },
    ];
  }
  const period = fields.count("global_attn_every_n_layers");
  const local = fields.count("local_attention");
  const windows = Array.from({ length: layers }, (_, index) =>
    index % period === 0 ? null : local,
  );
  return windows.map((window) => run(fields, { traits, window, count: 1 }));
}

function run(
  fields: Fields,
  given: { readonly traits: EncoderTraits; readonly window: number | null; readonly count: number },
): LayerRun {
  const { traits, window, count } = given;
  const hidden = fields.count("hidden_size");
  return {
    count,
    layer: {
      mixers: [{ ...multiHeadAttention(fields, { hidden, bias: traits.bias }), window }],
      feedForward: {
        kind: "dense",
        intermediate: fields.count("intermediate_size"),
        gated: traits.gated,
        bias: traits.bias,
      },
      norms: { count: 2, norm: "layer" },
    },
  };
}
