/**
 * Most bytes of activations alive at once in a step.
 *
 * While an operator runs, its inputs and outputs and three copies of the hidden states are alive: the
 * residual stream, the normed input, and the output of the half before. In Llama-3.1-8B that makes
 * 2·(3·intermediate + 3·hidden) = 110,592 B a token; vLLM's log gives 2.07 GiB for 20,000 tokens and
 * 2.99 GiB for 29,000, 110,900 B a token. Or sampling is the most: logits, sorted copies, probabilities.
 *
 * Source: github.com/vllm-project/vllm/issues/10517 (the two logs)
 */
import type { Transformer } from "../model/index.ts";
import { expand, type Operator, type Parallel } from "../operators/index.ts";
import { storedBytes, type Numerics, type Storage } from "../precision.ts";
import type { Bytes, Tokens } from "../units.ts";

const HIDDEN_COPIES = 3;
const BF16: Storage = { name: "bf16", bits: 16 };

export function activationBytes(args: {
  readonly model: Transformer;
  readonly parallel: Parallel;
  readonly numerics: Numerics;
  readonly tokens: Tokens;
  readonly sequences: number;
  /** Of sampling, a sequence and vocabulary entry. */
  readonly logitBytes: Bytes;
}): Bytes {
  const { model, parallel, numerics, tokens, sequences, logitBytes } = args;
  const stack = model.stacks.at(-1);
  if (stack === undefined) return 0;
  const wide = numerics.activations.bits >= 16 ? numerics.activations : BF16;
  const step = { segments: [{ sequences: 1, query: tokens, prefix: 0 }] };
  const operators = expand({ model, step, parallel, numerics });
  const alive = Math.max(0, ...operators.map((operator) => aliveBytes(operator, wide)));
  const hidden = storedBytes(HIDDEN_COPIES * tokens * stack.hidden, wide);
  const vocab = stack.head?.kind === "tokens" ? stack.head.vocab : 0;
  return Math.max(alive + hidden, sequences * vocab * logitBytes);
}

/** Inputs and outputs of one operator, its weights and the cache left out. */
function aliveBytes({ group, work, read, written }: Operator, wide: Storage): Bytes {
  if (group === "head" || group === "embedding" || group === "norm") return 0;
  switch (work.kind) {
    case "matmul":
      return storedBytes(work.batch * work.m * work.k, work.activations) + written;
    case "grouped-matmul": {
      const inner = work.intermediate * (work.gated ? 2 : 1);
      return storedBytes(work.pairs * (Math.max(inner, work.hidden) + work.intermediate), wide);
    }
    case "elementwise":
      return read + written;
    case "attention":
    case "scan":
    case "collective":
    case "gather":
    case "convolution":
    case "recurrent":
    case "host":
      return 0;
  }
}
