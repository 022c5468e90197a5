import type { Fields } from "./_fields.ts";
import type { Attention } from "./model.ts";
import { plainAttention } from "./plain-attention.ts";

/** Attention with as many key as query heads, `hidden` channels shared out among them; it sees both ways. */
export function multiHeadAttention(
  fields: Fields,
  { hidden, bias }: { readonly hidden: number; readonly bias: boolean },
): Attention {
  const heads = fields.count("num_attention_heads");
  if (hidden % heads !== 0) fields.refuse("num_attention_heads", `a divisor of ${hidden} channels`);
  const headDim = fields.countOr("head_dim", Math.max(1, Math.floor(hidden / heads)));
  return {
    ...plainAttention(heads, heads, headDim),
    causal: false,
    bias: { q: bias, k: bias, v: bias, out: bias },
  };
}
