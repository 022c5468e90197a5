/** The tensors a checkpoint lists, and what they say of its size and formats. */
import type { Storage } from "../precision.ts";

/** One tensor of a header: its shape and the bytes it takes, never its values. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Format as the file calls it. */
  readonly type: string;
  /** Values it stands for; 0 for scales and tables that belong to another tensor. */
  readonly parameters: number;
  readonly bytes: number;
}

/** Parts of a model whose formats may differ. */
export type Part = "linear" | "experts" | "embedding" | "head";

/** What all tensors of a part are stored in: the commonest format's name, the true mean of bits. */
export function storageOf(tensors: readonly Tensor[], part: Part): Storage | null {
  const own = tensors.filter((tensor) => partOf(tensor) === part);
  const parameters = own.reduce((sum, tensor) => sum + tensor.parameters, 0);
  if (parameters === 0) return null;
  const bytes = own.reduce((sum, tensor) => sum + tensor.bytes, 0);
  return { name: commonestType(own), bits: (8 * bytes) / parameters };
}

/** Null for norms, biases and routers, which are too small to matter. */
function partOf(tensor: Tensor): Part | null {
  const { name } = tensor;
  if (/^(token_embd|.*(embed_tokens|word_embeddings|wte|embed_in))\b/u.test(name))
    return "embedding";
  if (/^(output|(.*\.)?(lm_head|embed_out))\./u.test(name)) return "head";
  if (/_exps\b|_shexp\b|experts?\b/u.test(name)) return "experts";
  return tensor.shape.length >= 2 ? "linear" : null;
}

function commonestType(tensors: readonly Tensor[]): string {
  const sizes = new Map<string, number>();
  for (const { type, parameters } of tensors) {
    sizes.set(type, (sizes.get(type) ?? 0) + parameters);
  }
  const ranked = [...sizes.entries()].toSorted((a, b) => b[1] - a[1]);
  return ranked[0]?.[0] ?? "unknown";
}

/** Share by which the computed and the listed count may differ: buffers, norms' biases, extra heads. */
const SHARE_MAX = 0.01;

/** Whether a computed count agrees with the tensors listed. */
export function isAgreed(computed: number, listed: number): boolean {
  return Math.abs(computed - listed) <= SHARE_MAX * Math.max(computed, listed);
}
