/**
 * What an architecture has that its configuration does not spell out: the layer's norms, which projections have biases, and values that
 * its class fills in. One row an architecture, by the `model_type` of its configuration; what a row leaves out is as in Llama.
 *
 * Source: configuration_*.py and modeling_*.py of huggingface/transformers, and of the models that
 * bring their own code.
 */
import type { Norm } from "./model.ts";

/** Which projections have a bias, and the field that overrules it. */
export interface BiasRule {
  readonly parts: "none" | "qkv" | "all" | "all-but-k" | "qv";
  readonly present: boolean;
  readonly field?: string;
}

export interface Traits {
  readonly norm: Norm;
  /** Norms a layer. */
  readonly norms: number;
  /** Two matrices into the feed-forward; "by-name" asks the activation's name. */
  readonly gated: boolean | "by-name";
  readonly attentionBias: BiasRule;
  readonly feedForwardBias: { readonly present: boolean; readonly field?: string };
  readonly expertBias: boolean;
  readonly routerBias: boolean;
  readonly qkNorm: { readonly kind: "none" | "head" | "full"; readonly field?: string };
  readonly gatedAttention: boolean;
  readonly sinks: boolean;
  readonly tied: boolean;
  readonly headBias: boolean;
  /** Learned positions: rows beyond the longest sequence; null is none. */
  readonly positionsExtra: number | null;
  readonly embeddingNorm: Norm | null;
  readonly finalNorm: boolean;
  /** A gate in front of the shared experts. */
  readonly sharedGate: boolean;
  /** Figures that hold where the configuration is silent. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Figures a class fills in, which files leave out inside a larger model's configuration only. */
  readonly innerDefaults: Readonly<Record<string, unknown>>;
}

const LLAMA: Traits = {
  norm: "rms",
  norms: 2,
  gated: true,
  attentionBias: { parts: "all", present: false, field: "attention_bias" },
  feedForwardBias: { present: false, field: "mlp_bias" },
  expertBias: false,
  routerBias: false,
  qkNorm: { kind: "none" },
  gatedAttention: false,
  sinks: false,
  tied: false,
  headBias: false,
  positionsExtra: null,
  embeddingNorm: null,
  finalNorm: true,
  sharedGate: false,
  defaults: {},
  innerDefaults: {},
};

const QKV: BiasRule = { parts: "qkv", present: true };
const QKV_BY_FIELD: BiasRule = { parts: "qkv", present: false, field: "attention_bias" };
const ALL: BiasRule = { parts: "all", present: true };
const NONE: BiasRule = { parts: "none", present: false };
const BIASED = { present: true };
const HEAD_NORM: Traits["qkNorm"] = { kind: "head" };

/** Layer norms, a plain feed-forward, biases everywhere, tied: GPT-2 and its line. */
const GPT: Partial<Traits> = {
  norm: "layer",
  gated: false,
  attentionBias: ALL,
  feedForwardBias: BIASED,
  tied: true,
};

const GEMMA: Partial<Traits> = { norms: 4, tied: true, gated: true };
const GEMMA3: Partial<Traits> = {
  ...GEMMA,
  qkNorm: HEAD_NORM,
  defaults: { sliding_window_pattern: 6 },
  innerDefaults: {
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    vocab_size: 262208,
    max_position_embeddings: 131072,
    sliding_window: 4096,
  },
};
const QWEN3: Partial<Traits> = { qkNorm: HEAD_NORM };
const DELTA: Partial<Traits> = { qkNorm: HEAD_NORM, gatedAttention: true, sharedGate: true };
const DEEPSEEK3: Partial<Traits> = { routerBias: true };
const COHERE: Partial<Traits> = { norm: "layer", norms: 1, tied: true };
const ERNIE: Partial<Traits> = {
  attentionBias: { parts: "all", present: false, field: "use_bias" },
  feedForwardBias: { present: false, field: "use_bias" },
  tied: true,
};
const NEMOTRON: Partial<Traits> = { norm: "layer", gated: false };
const NEMOTRON_H: Partial<Traits> = { norms: 1, gated: false, routerBias: true };
const HUNYUAN: Partial<Traits> = { qkNorm: { kind: "head", field: "use_qk_norm" } };

const ROWS: ReadonlyMap<string, Partial<Traits>> = new Map<string, Partial<Traits>>([
  [
    "llama",
    {
      innerDefaults: {
        hidden_size: 4096,
        intermediate_size: 11008,
        num_hidden_layers: 32,
        num_attention_heads: 32,
        vocab_size: 32000,
      },
    },
  ],
  [
    "mistral",
    {
      innerDefaults: {
        hidden_size: 4096,
        intermediate_size: 14336,
        num_hidden_layers: 32,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        vocab_size: 32000,
      },
    },
  ],
  ["ministral", {}],
  ["mistral3", {}],
  ["mixtral", {}],
  ["phi3", {}],
  ["internlm2", { attentionBias: { parts: "all", present: false, field: "bias" } }],
  ["internlm3", { attentionBias: { parts: "qkv", present: false, field: "qkv_bias" } }],
  ["baichuan", {}],
  ["deci", {}],
  ["deepseek", {}],
  ["smollm3", { tied: true }],
  ["seed_oss", { attentionBias: { parts: "qkv", present: true, field: "attention_bias" } }],
  ["arcee", { gated: false }],
  ["minicpm", {}],
  ["minicpm3", { tied: true }],
  ["exaone", {}],
  ["exaone4", { qkNorm: HEAD_NORM }],
  ["granite", { tied: true }],
  ["granitemoe", { tied: true }],
  ["granitemoeshared", { tied: true }],
  ["granitemoehybrid", { tied: true }],
  ["olmo", { norms: 0, finalNorm: false }],
  ["olmo2", { qkNorm: { kind: "full" } }],
  ["olmo3", { qkNorm: { kind: "full" } }],
  ["olmoe", { qkNorm: { kind: "full" } }],
  ["qwen2", { attentionBias: QKV }],
  ["qwen2_moe", { attentionBias: QKV, sharedGate: true }],
  ["qwen2_vl", { attentionBias: QKV }],
  ["qwen2_vl_text", { attentionBias: QKV }],
  ["qwen2_5_vl", { attentionBias: QKV }],
  ["qwen2_5_vl_text", { attentionBias: QKV }],
  ["qwen3", QWEN3],
  ["qwen3_moe", QWEN3],
  ["qwen3_vl_text", QWEN3],
  ["qwen3_vl_moe_text", QWEN3],
  ["qwen3_omni_moe_text", QWEN3],
  ["qwen3_next", DELTA],
  ["qwen3_5", DELTA],
  ["qwen3_5_text", DELTA],
  ["qwen3_5_moe", DELTA],
  ["qwen3_5_moe_text", DELTA],
  ["gemma", { tied: true }],
  ["gemma2", { ...GEMMA, defaults: { sliding_window_pattern: 2 } }],
  ["gemma3_text", GEMMA3],
  ["gemma4_text", { ...GEMMA3, norms: 4 }],
  [
    "gpt_oss",
    {
      attentionBias: { parts: "all", present: true, field: "attention_bias" },
      sinks: true,
      expertBias: true,
      routerBias: true,
      defaults: { sliding_window_pattern: 2 },
    },
  ],
  ["llama4_text", { defaults: { n_shared_experts: 1 } }],
  ["deepseek_v2", {}],
  ["deepseek_v3", DEEPSEEK3],
  ["deepseek_v32", DEEPSEEK3],
  ["kimi_k2", DEEPSEEK3],
  ["kimi_linear", DEEPSEEK3],
  ["glm4", { norms: 4, attentionBias: QKV_BY_FIELD }],
  ["glm", { attentionBias: QKV_BY_FIELD }],
  [
    "glm4_moe",
    {
      attentionBias: QKV_BY_FIELD,
      routerBias: true,
      qkNorm: { kind: "head", field: "use_qk_norm" },
    },
  ],
  ["glm4_moe_lite", DEEPSEEK3],
  ["glm_moe_dsa", DEEPSEEK3],
  [
    "chatglm",
    {
      attentionBias: { parts: "qkv", present: true, field: "add_qkv_bias" },
      feedForwardBias: { present: false, field: "add_bias_linear" },
    },
  ],
  ["minimax_m2", { routerBias: true, qkNorm: { kind: "full", field: "use_qk_norm" } }],
  ["minimax", {}],
  ["minimax_text_01", {}],
  ["dbrx", { norm: "layer", attentionBias: NONE }],
  ["grok-1", { norms: 4, tied: true }],
  ["cohere", { ...COHERE, qkNorm: { kind: "full", field: "use_qk_norm" } }],
  ["cohere2", { ...COHERE, defaults: { sliding_window_pattern: 4 } }],
  ["nemotron", NEMOTRON],
  ["nemotron_h", NEMOTRON_H],
  ["ernie4_5", ERNIE],
  ["ernie4_5_moe", { ...ERNIE, routerBias: true }],
  ["hunyuan_v1_dense", HUNYUAN],
  ["hunyuan_v1_moe", HUNYUAN],
  ["hunyuan", HUNYUAN],
  ["gpt2", { ...GPT, positionsExtra: 0 }],
  ["gpt_bigcode", { ...GPT, positionsExtra: 0 }],
  ["gpt_neo", { ...GPT, positionsExtra: 0, attentionBias: { parts: "none", present: false } }],
  ["gptj", { ...GPT, norms: 1, attentionBias: NONE, tied: false, headBias: true }],
  ["codegen", { ...GPT, norms: 1, attentionBias: NONE, tied: false, headBias: true }],
  ["gpt_neox", { ...GPT, tied: false }],
  ["opt", { ...GPT, positionsExtra: 2 }],
  ["xglm", GPT],
  ["bloom", { ...GPT, embeddingNorm: "layer" }],
  [
    "falcon",
    {
      norm: "layer",
      norms: 1,
      gated: false,
      attentionBias: { parts: "all", present: false, field: "bias" },
      feedForwardBias: { present: false, field: "bias" },
      tied: true,
    },
  ],
  ["RefinedWebModel", { norm: "layer", norms: 1, gated: false, tied: true }],
  ["mpt", { norm: "layer", gated: false, attentionBias: NONE, tied: true }],
  ["phi", { ...GPT, norms: 1, tied: false, headBias: true }],
  [
    "phimoe",
    {
      norm: "layer",
      attentionBias: { parts: "all", present: true, field: "attention_bias" },
      headBias: true,
    },
  ],
  ["phi3small", { norm: "layer", attentionBias: ALL, feedForwardBias: BIASED, tied: true }],
  ["starcoder2", { ...GPT, attentionBias: { parts: "all", present: true, field: "use_bias" } }],
  [
    "stablelm",
    { norm: "layer", attentionBias: { parts: "qkv", present: false, field: "use_qkv_bias" } },
  ],
  ["persimmon", { ...GPT, tied: false, qkNorm: { kind: "head" } }],
  ["mamba", { norms: 1, tied: true }],
  ["mamba2", { norms: 1, tied: false }],
  ["falcon_mamba", { norms: 1, tied: false }],
  ["falcon_h1", {}],
  ["jamba", {}],
  ["bamba", {}],
  ["zamba2", { tied: true }],
  ["megatron-gpt", { ...GPT, positionsExtra: 0 }],
]);

/** Whether a row is known for this architecture. */
export function isKnownArchitecture(modelType: string): boolean {
  return ROWS.has(modelType);
}

/** The traits of an architecture; Llama's where it is not known. */
export function traitsOf(modelType: string): Traits {
  return { ...LLAMA, ...ROWS.get(modelType) };
}
