/**
 * Published architectures for tests, written out so that expected figures have a source of their own.
 *
 * Source: huggingface.co config.json of meta-llama/Meta-Llama-3-8B, Meta-Llama-3-70B,
 * mistralai/Mixtral-8x7B-v0.1, deepseek-ai/DeepSeek-V3, google-bert/bert-large-uncased
 */
import { plainAttention } from "../model/index.ts";
import type { Attention, Layer, LayerRun, Stack, Transformer } from "../model/index.ts";
import type { Numerics, Storage } from "../precision.ts";

const BF16: Storage = { name: "bf16", bits: 16 };
const FP8: Storage = { name: "fp8", bits: 8 };

export const BF16_NUMERICS: Numerics = {
  name: "bf16",
  linear: BF16,
  experts: BF16,
  embedding: BF16,
  head: BF16,
  activations: BF16,
  kv: BF16,
  compute: { linear: "bf16", experts: "bf16", head: "bf16", attention: "bf16" },
};

export const FP8_NUMERICS: Numerics = {
  ...BF16_NUMERICS,
  name: "fp8",
  linear: FP8,
  experts: FP8,
  activations: FP8,
  compute: { ...BF16_NUMERICS.compute, linear: "fp8", experts: "fp8" },
};

export const GQA: Attention = plainAttention(32, 8, 128);

const NORMS: Layer["norms"] = { count: 2, norm: "rms" };

export function decoder(args: {
  readonly id: string;
  readonly hidden: number;
  readonly vocab: number;
  readonly layers: readonly LayerRun[];
}): Transformer {
  const { id, hidden, vocab, layers } = args;
  const stack: Stack = {
    role: "decoder",
    hidden,
    embedding: {
      kind: "tokens",
      vocab,
      width: null,
      positions: 0,
      types: 0,
      norm: null,
      shared: false,
    },
    layers,
    finalNorm: "rms",
    head: { kind: "tokens", vocab, tied: false, bias: false, transform: false },
  };
  const name = id;
  return {
    kind: "transformer",
    id,
    name,
    source: "test",
    stacks: [stack],
    numerics: BF16_NUMERICS,
  };
}

function llama(args: {
  readonly id: string;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
}): Transformer {
  const { id, hidden, layers, heads, intermediate } = args;
  const layer: Layer = {
    mixers: [{ ...GQA, heads }],
    feedForward: { kind: "dense", intermediate, gated: true, bias: false },
    norms: NORMS,
  };
  return decoder({ id, hidden, vocab: 128256, layers: [{ count: layers, layer }] });
}

export const LLAMA_8B: Transformer = llama({
  id: "llama-3-8b",
  hidden: 4096,
  layers: 32,
  heads: 32,
  intermediate: 14336,
});

export const LLAMA_70B: Transformer = llama({
  id: "llama-3-70b",
  hidden: 8192,
  layers: 80,
  heads: 64,
  intermediate: 28672,
});

export const MIXTRAL: Transformer = decoder({
  id: "mixtral-8x7b",
  hidden: 4096,
  vocab: 32000,
  layers: [
    {
      count: 32,
      layer: {
        mixers: [GQA],
        feedForward: {
          kind: "experts",
          count: 8,
          active: 2,
          intermediate: 14336,
          gated: true,
          bias: false,
          shared: null,
          routerBias: false,
        },
        norms: NORMS,
      },
    },
  ],
});

const LATENT: Layer["mixers"] = [
  {
    kind: "latent-attention",
    heads: 128,
    queryRank: 1536,
    kvRank: 512,
    nopeDim: 128,
    ropeDim: 64,
    valueDim: 128,
    indexer: null,
  },
];

export const DEEPSEEK_V3: Transformer = decoder({
  id: "deepseek-v3",
  hidden: 7168,
  vocab: 129280,
  layers: [
    {
      count: 3,
      layer: {
        mixers: LATENT,
        feedForward: { kind: "dense", intermediate: 18432, gated: true, bias: false },
        norms: NORMS,
      },
    },
    {
      count: 58,
      layer: {
        mixers: LATENT,
        feedForward: {
          kind: "experts",
          count: 256,
          active: 8,
          intermediate: 2048,
          gated: true,
          bias: false,
          shared: { intermediate: 2048, gate: false },
          routerBias: true,
        },
        norms: NORMS,
      },
    },
  ],
});

const BIAS = { q: true, k: true, v: true, out: true };

export const BERT_LARGE: Transformer = {
  kind: "transformer",
  id: "bert-large",
  name: "BERT large",
  source: "test",
  numerics: BF16_NUMERICS,
  stacks: [
    {
      role: "encoder",
      hidden: 1024,
      embedding: {
        kind: "tokens",
        vocab: 30522,
        width: null,
        positions: 512,
        types: 2,
        norm: "layer",
        shared: false,
      },
      layers: [
        {
          count: 24,
          layer: {
            mixers: [
              {
                ...GQA,
                heads: 16,
                kvHeads: 16,
                headDim: 64,
                valueDim: 64,
                causal: false,
                bias: BIAS,
              },
            ],
            feedForward: { kind: "dense", intermediate: 4096, gated: false, bias: true },
            norms: { count: 2, norm: "layer" },
          },
        },
      ],
      finalNorm: null,
      head: { kind: "pooler" },
    },
  ],
};
