/**
 * Softmax attention: prefill computes scores in tiles, decoding streams the cache.
 *
 * Source: design/modelling.md section 1, attention rows of "Compact law"
 */
import type { AttentionWork, Operator } from "../../operators/index.ts";
import { type Kernel, overlapped } from "./_kernel.ts";
import type { LawName } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target, Tuned } from "./target.ts";

/** Most new tokens a sequence that still count as decoding: speculative drafts are verified so. */
const DECODE_QUERY_MAX = 8;

export function attentionLaw(work: AttentionWork): LawName {
  const decode = work.query <= DECODE_QUERY_MAX && work.context > work.query;
  if (work.latent) return decode ? "attention/latent-decode" : "attention/latent-prefill";
  return decode ? "attention/decode" : "attention/prefill";
}

export function attentionKernel(
  operator: Operator,
  law: Tuned,
  format: Format,
  target: Target,
): Kernel {
  const compute = operator.flops / (format.peak * law.compute);
  const memory = (operator.read + operator.written) / (target.bandwidth * law.memory);
  return overlapped(compute, memory, law);
}
