/** GGUF metadata written as a configuration of the Hub, so that one reader serves both. */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { GgufHeader, GgufValue } from "./_gguf-header.ts";

/** Architectures whose Hub name is not GGUF's with underscores. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ["qwen2moe", "qwen2_moe"],
  ["qwen3moe", "qwen3_moe"],
  ["qwen3next", "qwen3_next"],
  ["gemma3", "gemma3_text"],
  ["gemma4", "gemma4_text"],
  ["phi2", "phi"],
  ["llama4", "llama4_text"],
  ["gptneox", "gpt_neox"],
  ["gptj", "gptj"],
  ["starcoder", "gpt_bigcode"],
  ["command-r", "cohere"],
  ["glm4moe", "glm4_moe"],
  ["deepseek2", "deepseek_v3"],
  ["kimi-linear", "kimi_linear"],
  ["nemotron_h_moe", "nemotron_h"],
  ["granitehybrid", "granitemoehybrid"],
  ["hunyuan-moe", "hunyuan_v1_moe"],
  ["hunyuan-dense", "hunyuan_v1_dense"],
  ["ernie4_5-moe", "ernie4_5_moe"],
]);

/** GGUF's key without the architecture, and the Hub's field. */
const KEYS: readonly (readonly [key: string, field: string])[] = [
  ["block_count", "num_hidden_layers"],
  ["embedding_length", "hidden_size"],
  ["feed_forward_length", "intermediate_size"],
  ["context_length", "max_position_embeddings"],
  ["vocab_size", "vocab_size"],
  ["attention.head_count", "num_attention_heads"],
  ["attention.head_count_kv", "num_key_value_heads"],
  ["attention.key_length", "head_dim"],
  ["attention.sliding_window", "sliding_window"],
  ["attention.q_lora_rank", "q_lora_rank"],
  ["attention.kv_lora_rank", "kv_lora_rank"],
  ["attention.indexer.head_count", "index_n_heads"],
  ["attention.indexer.key_length", "index_head_dim"],
  ["attention.indexer.top_k", "index_topk"],
  ["expert_count", "num_local_experts"],
  ["expert_used_count", "num_experts_per_tok"],
  ["expert_feed_forward_length", "moe_intermediate_size"],
  ["expert_shared_count", "n_shared_experts"],
  ["expert_shared_feed_forward_length", "shared_expert_intermediate_size"],
  ["leading_dense_block_count", "first_k_dense_replace"],
  ["interleave_moe_layer_step", "interleave_moe_layer_step"],
  ["ssm.conv_kernel", "conv_kernel"],
  ["ssm.inner_size", "mamba_d_ssm"],
  ["ssm.state_size", "ssm_state_size"],
  ["ssm.time_step_rank", "time_step_rank"],
];

/** The configuration, and which metadata key each of its fields came from. */
export interface GgufConfig {
  readonly config: Readonly<Record<string, unknown>>;
  readonly keys: ReadonlyMap<string, string>;
}

export function ggufConfig(header: GgufHeader): Result<GgufConfig> {
  const architecture = header.metadata.get("general.architecture");
  if (typeof architecture !== "string" || architecture === "") {
    return refuse(["metadata", "general.architecture"], "a name", architecture);
  }
  const at = (key: string): GgufValue | undefined => header.metadata.get(`${architecture}.${key}`);
  const read = KEYS.map(([key, field]) => [field, plain(at(key))] as const);
  const present = Object.fromEntries(read.filter(([, value]) => value !== undefined));
  const config = {
    model_type: ARCHITECTURES.get(architecture) ?? architecture.replaceAll("-", "_"),
    torch_dtype: "float16",
    vocab_size: vocabulary(header),
    tie_word_embeddings: !header.tensors.some(({ name }) => name === "output.weight"),
    ...present,
    ...layersWithout(present["num_hidden_layers"], at("nextn_predict_layers")),
    ...latentFields(at),
    ...keyHeads(present["num_key_value_heads"]),
  };
  const keys = new Map(KEYS.map(([key, field]) => [field, `${architecture}.${key}`]));
  return ok({ config, keys });
}

/** A list that is one number throughout is that number; others stay lists. */
function plain(value: GgufValue | undefined): unknown {
  if (typeof value === "number" || typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const numbers: readonly unknown[] = value;
  return numbers.every((each) => each === numbers[0]) ? numbers[0] : Math.max(...value);
}

/** The table's rows where a tensor shows them, else the tokens listed. */
function vocabulary(header: GgufHeader): number | undefined {
  const rows = header.tensors.find(({ name }) => name === "token_embd.weight")?.shape[1];
  const tokens = header.metadata.get("tokenizer.ggml.tokens");
  return rows ?? (typeof tokens === "object" && "length" in tokens ? tokens.length : undefined);
}

/** Blocks that predict further tokens are counted among the blocks. */
function layersWithout(
  blocks: unknown,
  further: GgufValue | undefined,
): { readonly num_hidden_layers?: number } {
  return typeof blocks === "number" && typeof further === "number" && further > 0
    ? { num_hidden_layers: blocks - further }
    : {};
}

/** Latent attention: newer files state the heads' own widths apart from the compressed ones. */
function latentFields(at: (key: string) => GgufValue | undefined): Record<string, unknown> {
  if (at("attention.kv_lora_rank") === undefined) return {};
  const rope = Number(at("rope.dimension_count"));
  const key = Number(at("attention.key_length_mla") ?? at("attention.key_length"));
  const value = at("attention.value_length_mla") ?? at("attention.value_length");
  return { qk_rope_head_dim: rope, qk_nope_head_dim: key - rope, v_head_dim: value };
}

/** A layer without key heads is a recurrent one in a hybrid; its zero is no figure of attention. */
function keyHeads(heads: unknown): { readonly num_key_value_heads?: undefined } {
  return heads === 0 ? { num_key_value_heads: undefined } : {};
}
