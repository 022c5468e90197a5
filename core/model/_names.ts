/**
 * One figure, many spellings: how configurations of different authors name the same thing. The key
 * is the usual name today; the rest are read where it is absent.
 *
 * Source: the `attribute_map` of each configuration class in huggingface/transformers, and the
 * configuration files of models that bring their own code (ChatGLM, MPT, Baichuan, DBRX).
 */
export const FIELD_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "hidden_size",
    ["n_embd", "vt_hidden_size", "d_model", "dim", "n_embed", "model_dim", "emb_dim"],
  ],
  ["num_hidden_layers", ["n_layer", "num_layers", "n_layers", "depth", "vt_num_hidden_layers"]],
  ["num_attention_heads", ["vt_num_attention_heads", "n_head", "num_heads", "n_heads"]],
  [
    "num_key_value_heads",
    [
      "num_kv_heads",
      "n_head_kv",
      "multi_query_group_num",
      "kv_n_heads",
      "n_kv_heads",
      "num_query_groups",
    ],
  ],
  ["head_dim", ["kv_channels", "attention_head_dim"]],
  [
    "intermediate_size",
    [
      "n_inner",
      "vt_intermediate_size",
      "ffn_hidden_size",
      "d_ff",
      "ffn_dim",
      "hidden_dim",
      "inner_dim",
    ],
  ],
  ["vocab_size", ["padded_vocab_size", "n_vocab"]],
  [
    "max_position_embeddings",
    [
      "n_positions",
      "n_ctx",
      "max_seq_len",
      "seq_length",
      "max_sequence_length",
      "model_max_length",
      "max_target_positions",
    ],
  ],
  ["num_local_experts", ["num_experts", "n_routed_experts", "moe_num_experts"]],
  [
    "num_experts_per_tok",
    [
      "num_experts_per_token",
      "top_k_experts",
      "moe_topk",
      "moe_k",
      "moe_top_k",
      "experts_per_token",
    ],
  ],
  ["moe_intermediate_size", ["expert_ffn_hidden_size", "ffn_hidden_size_moe"]],
  ["n_shared_experts", ["num_shared_experts", "num_shared_expert", "moe_num_shared_experts"]],
  [
    "shared_expert_intermediate_size",
    ["moe_shared_expert_intermediate_size", "shared_intermediate_size"],
  ],
  ["first_k_dense_replace", ["moe_layer_start_index", "num_dense_layers"]],
  [
    "hidden_act",
    [
      "hidden_activation",
      "activation_function",
      "mlp_hidden_act",
      "feed_forward_proj",
      "activation",
    ],
  ],
  ["sliding_window", ["attention_window", "sliding_window_size"]],
  ["sliding_window_pattern", ["_sliding_window_pattern"]],
  ["layers_block_type", ["block_types"]],
  ["layer_types", ["attention_layers"]],
  ["num_channels", ["in_channels"]],
  ["mamba_num_heads", ["mamba_n_heads", "n_mamba_heads"]],
  ["mamba_head_dim", ["mamba_d_head"]],
  ["ssm_state_size", ["mamba_d_state", "state_size"]],
  ["n_groups", ["mamba_n_groups", "mamba_ngroups"]],
  ["conv_kernel", ["mamba_d_conv", "conv_kernel_size"]],
  ["mamba_expand", ["expand"]],
  ["time_step_rank", ["mamba_dt_rank"]],
]);
