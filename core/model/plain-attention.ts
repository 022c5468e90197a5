/** Attention and nothing else: what configurations add to it is written over. */
import type { Attention } from "./model.ts";

/** Causal attention over one's own tokens, all of them, without biases, norms, gates or sinks. */
export function plainAttention(heads: number, kvHeads: number, headDim: number): Attention {
  return {
    kind: "attention",
    heads,
    kvHeads,
    headDim,
    valueDim: headDim,
    causal: true,
    cross: false,
    window: null,
    bias: { q: false, k: false, v: false, out: false },
    qkNorm: "none",
    gated: false,
    sinks: false,
    relativeBuckets: 0,
  };
}
