/** A configuration from the names and shapes of tensors, where they are named as Llama's are. */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { Tensor } from "./_tensors.ts";

/** Width of a head where no tensor shows it: that of nearly all decoders above a billion parameters. */
const HEAD_DIM = 128;

/** Errors: the tensor that is missing; without a table of tokens there is nothing to go by. */
export function inferredConfig(
  tensors: readonly Tensor[],
): Result<Readonly<Record<string, unknown>>> {
  const shapes = new Map(tensors.map(({ name, shape }) => [name.replace(/^model\./u, ""), shape]));
  const needed = ["embed_tokens", "layers.0.self_attn.q_proj", "layers.0.self_attn.k_proj"];
  const missing = needed.find((name) => shapes.get(`${name}.weight`)?.length !== 2);
  if (missing !== undefined) {
    return refuse(
      ["header", `model.${missing}.weight`],
      "a matrix of that name, or a config.json beside the file",
      undefined,
    );
  }
  const at = (name: string, axis: number): number | undefined =>
    shapes.get(`${name}.weight`)?.[axis];
  const headDim = at("layers.0.self_attn.q_norm", 0) ?? HEAD_DIM;
  const experts = expertCount([...shapes.keys()]);
  const dense = at("layers.0.mlp.gate_proj", 0) ?? at("layers.0.mlp.experts.0.gate_proj", 0);
  return ok({
    model_type: modelType(shapes),
    hidden_size: at("embed_tokens", 1),
    vocab_size: at("embed_tokens", 0),
    num_hidden_layers: layerCount([...shapes.keys()]),
    num_attention_heads: (at("layers.0.self_attn.q_proj", 0) ?? 0) / headDim,
    num_key_value_heads: (at("layers.0.self_attn.k_proj", 0) ?? 0) / headDim,
    head_dim: headDim,
    intermediate_size: dense,
    tie_word_embeddings: !shapes.has("lm_head.weight"),
    torch_dtype: DTYPES.get(tensors[0]?.type ?? "") ?? "bfloat16",
    ...(experts === 0 ? {} : { num_experts: experts, num_experts_per_tok: Math.min(8, experts) }),
  });
}

const DTYPES: ReadonlyMap<string, string> = new Map([
  ["F32", "float32"],
  ["F16", "float16"],
]);

/** Norms on heads are Qwen 3's, biases on queries Qwen 2's. */
function modelType(shapes: ReadonlyMap<string, readonly number[]>): string {
  if (shapes.has("layers.0.self_attn.q_norm.weight")) return "qwen3";
  return shapes.has("layers.0.self_attn.q_proj.bias") ? "qwen2" : "llama";
}

function layerCount(names: readonly string[]): number {
  return 1 + largest(names, /^layers\.(\d+)\./u);
}

function expertCount(names: readonly string[]): number {
  return 1 + largest(names, /^layers\.\d+\.mlp\.experts\.(\d+)\./u);
}

/** The largest number the pattern finds; -1 of none. */
function largest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((most, name) => Math.max(most, Number(pattern.exec(name)?.[1] ?? -1)), -1);
}
