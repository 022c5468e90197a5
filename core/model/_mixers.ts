/** The mixers of a decoder's layers, from the figures of its configuration. */
import { isWhole } from "./_fields.ts";
import type { Fields } from "./_fields.ts";
import type { LayerKind } from "./_layer-pattern.ts";
import type { BiasRule, Traits } from "./_traits.ts";
import type { Attention, DeltaRule, LatentAttention, Mixer, StateSpace } from "./model.ts";
import { plainAttention } from "./plain-attention.ts";

/** Mixers of layer `index`; two where a layer has attention and a state space side by side. */
export function mixersOf(
  kind: LayerKind["mixer"],
  given: { readonly fields: Fields; readonly traits: Traits; readonly index: number },
): readonly Mixer[] {
  const { fields, traits, index } = given;
  switch (kind) {
    case "none":
      return [];
    case "linear":
      return [deltaRule(fields)];
    case "state-space":
      return [stateSpace(fields)];
    case "both":
      return [selfAttention(fields, traits, { local: false, index }), stateSpace(fields)];
    case "full":
    case "local":
      return fields.has("kv_lora_rank")
        ? [latentAttention(fields)]
        : [selfAttention(fields, traits, { local: kind === "local", index })];
  }
}

/** Width of a head: stated, or hidden over heads, which must then divide. */
export function headWidth(fields: Fields): number {
  const heads = fields.count("num_attention_heads");
  if (fields.has("head_dim")) return fields.count("head_dim");
  const hidden = fields.count("hidden_size");
  if (hidden % heads !== 0) {
    fields.refuse("num_attention_heads", `a divisor of hidden_size ${hidden}, or a head_dim`);
  }
  return Math.max(1, Math.floor(hidden / heads));
}

function selfAttention(
  fields: Fields,
  traits: Traits,
  layer: { readonly local: boolean; readonly index: number },
): Attention {
  const global = !layer.local && fields.has("global_head_dim");
  const headDim = global ? fields.count("global_head_dim") : headWidth(fields);
  const kvHeads = keyHeads(fields, { index: layer.index, global });
  return {
    ...plainAttention(fields.count("num_attention_heads"), kvHeads, headDim),
    window: layer.local ? slidingWindow(fields) : null,
    bias: biases(fields, traits.attentionBias),
    qkNorm: hasNorm(fields, traits) ? traits.qkNorm.kind : "none",
    gated: traits.gatedAttention || fields.flag("attn_output_gate", false),
    sinks: traits.sinks,
    ...(global && fields.flag("attention_k_eq_v", false) ? { valueTied: true as const } : {}),
  };
}

/** Gemma 4 has fewer key heads where a layer sees everything; DeciLM a number for each layer. */
function keyHeads(
  fields: Fields,
  layer: { readonly index: number; readonly global: boolean },
): number {
  const heads = fields.count("num_attention_heads");
  if (layer.global && fields.has("num_global_key_value_heads")) {
    return fields.count("num_global_key_value_heads");
  }
  const perLayer = fields.list("num_key_value_heads_per_layer");
  const listed = perLayer?.[layer.index];
  if (listed !== undefined) {
    if (isWhole(listed, 1) && heads % listed === 0) return listed;
    fields.refuse("num_key_value_heads_per_layer", `divisors of ${heads} heads`);
  }
  const shared = isMultiQuery(fields) ? 1 : fields.countOr("num_key_value_heads", heads);
  if (heads % shared !== 0) fields.refuse("num_key_value_heads", `a divisor of ${heads} heads`);
  return shared;
}

/** One key head for all: Falcon's older and StarCoder's way of writing it. */
function isMultiQuery(fields: Fields): boolean {
  const newer = fields.flag("new_decoder_architecture", false) || fields.has("num_key_value_heads");
  return !newer && fields.flag("multi_query", false);
}

/** Null where the window is no shorter than the longest sequence: it then hides nothing. */
function slidingWindow(fields: Fields): number | null {
  const names = ["attention_chunk_size", "sliding_window", "window_size"];
  const window = fields.count(names.find((name) => fields.has(name)) ?? "sliding_window");
  return window >= fields.countOr("max_position_embeddings", Infinity) ? null : window;
}

function hasNorm(fields: Fields, traits: Traits): boolean {
  const { kind, field } = traits.qkNorm;
  return kind !== "none" && (field === undefined || fields.flag(field, false));
}

export function biases(fields: Fields, rule: BiasRule): Attention["bias"] {
  const present = rule.field === undefined ? rule.present : fields.flag(rule.field, rule.present);
  const parts = present ? rule.parts : "none";
  const all = parts === "all";
  return {
    q: all || parts === "qkv" || parts === "all-but-k" || parts === "qv",
    k: all || parts === "qkv",
    v: all || parts === "qkv" || parts === "all-but-k" || parts === "qv",
    out: all || parts === "all-but-k" || fields.flag("attention_out_bias", false),
  };
}

function latentAttention(fields: Fields): LatentAttention {
  const indexed = fields.has("index_topk");
  return {
    kind: "latent-attention",
    heads: fields.count("num_attention_heads"),
    queryRank: fields.countOr("q_lora_rank", null),
    kvRank: fields.count("kv_lora_rank"),
    nopeDim: fields.count("qk_nope_head_dim"),
    ropeDim: fields.count("qk_rope_head_dim"),
    valueDim: fields.count("v_head_dim"),
    indexer: indexed
      ? {
          heads: fields.count("index_n_heads"),
          dim: fields.count("index_head_dim"),
          topTokens: fields.count("index_topk"),
        }
      : null,
  };
}

/** Version 2 states heads; version 1 states the rank of its time steps, or leaves it to hidden / 16. */
function stateSpace(fields: Fields): StateSpace {
  const hidden = fields.count("hidden_size");
  const state = fields.count("ssm_state_size");
  const conv = fields.countOr("conv_kernel", 4);
  const bias = fields.flag("mamba_proj_bias", fields.flag("use_bias", false));
  const expanded = hidden * fields.countOr("mamba_expand", 2);
  if (!fields.has("mamba_num_heads") && !fields.has("mamba_head_dim")) {
    const stepRank = fields.raw("time_step_rank");
    return {
      kind: "state-space",
      version: 1,
      inner: fields.countOr("mamba_d_ssm", fields.countOr("intermediate_size_mamba", expanded)),
      state,
      heads: 1,
      groups: 1,
      conv,
      stepRank:
        typeof stepRank === "number" ? fields.count("time_step_rank") : Math.ceil(hidden / 16),
      bias,
    };
  }
  const headDim = fields.countOr("mamba_head_dim", 64);
  const inner = fields.has("mamba_num_heads")
    ? fields.count("mamba_num_heads") * headDim
    : fields.countOr("mamba_d_ssm", expanded);
  return {
    kind: "state-space",
    version: 2,
    inner,
    state,
    heads: Math.max(1, Math.floor(inner / headDim)),
    groups: fields.countOr("n_groups", 1),
    conv,
    stepRank: 0,
    bias,
  };
}

/** Gated delta rule (Qwen3-Next), its per-channel form (Kimi Linear), or lightning attention (MiniMax). */
function deltaRule(fields: Fields): DeltaRule {
  const kimi = fields.part("linear_attn_config");
  if (kimi !== null) {
    const heads = kimi.count("num_heads");
    const dim = kimi.count("head_dim");
    const conv = kimi.countOr("short_conv_kernel_size", 4);
    return { ...deltaShape(heads, dim), conv, rank: dim };
  }
  if (!fields.has("linear_num_value_heads")) {
    return { ...deltaShape(fields.count("num_attention_heads"), headWidth(fields)), conv: 0 };
  }
  return {
    kind: "delta-rule",
    keyHeads: fields.count("linear_num_key_heads"),
    valueHeads: fields.count("linear_num_value_heads"),
    keyDim: fields.count("linear_key_head_dim"),
    valueDim: fields.count("linear_value_head_dim"),
    conv: fields.countOr("linear_conv_kernel_dim", 4),
  };
}

function deltaShape(heads: number, dim: number): Omit<DeltaRule, "conv"> {
  return { kind: "delta-rule", keyHeads: heads, valueHeads: heads, keyDim: dim, valueDim: dim };
}
