/** What every emitter of operators needs to know: one device's share of one step over one stack. */
import type { Stack, Transformer } from "../model/index.ts";
import type { Numerics, Storage } from "../precision.ts";
import type { Tokens } from "../units.ts";
import type { Parallel, Segment, Step } from "./operator.ts";

/** How weights are stored and split; independent of any step. */
export interface Shard {
  readonly numerics: Numerics;
  /** Format of the residual stream, norms, biases and routers, which quantisation leaves alone. */
  readonly wide: Storage;
  readonly hidden: number;
  readonly tensor: number;
  readonly data: number;
  readonly expert: number;
}

export interface Scope extends Shard {
  readonly segments: readonly Segment[];
  /** New tokens of all segments. */
  readonly tokens: Tokens;
  readonly sequences: number;
  /** Positions whose next token is asked for: one a sequence, and one a drafted token. */
  readonly asked: number;
  /** Queries and keys are rotated: nothing else tells them their position. */
  readonly rotary: boolean;
  /** Times each operator emitted is done in a step. */
  readonly count: number;
}

const BF16: Storage = { name: "bf16", bits: 16 };

export function shardOf(args: {
  readonly stack: Stack;
  readonly numerics: Numerics;
  readonly parallel: Parallel;
}): Shard {
  const { stack, numerics, parallel } = args;
  return {
    numerics,
    wide: numerics.activations.bits >= 16 ? numerics.activations : BF16,
    hidden: stack.hidden,
    tensor: parallel.tensor,
    data: parallel.data,
    expert: parallel.expert,
  };
}

export function scopeOf(shard: Shard, stack: Stack, step: Step): Scope {
  let tokens = 0;
  let sequences = 0;
  let asked = 0;
  for (const segment of step.segments) {
    tokens += segment.sequences * segment.query;
    sequences += segment.sequences;
    asked += segment.sequences * (1 + (segment.drafted ?? 0));
  }
  const { embedding } = stack;
  return {
    numerics: shard.numerics,
    wide: shard.wide,
    hidden: shard.hidden,
    tensor: shard.tensor,
    data: shard.data,
    expert: shard.expert,
    segments: step.segments,
    tokens,
    sequences,
    asked,
    rotary: embedding.positions === 0,
    count: 1,
  };
}

/** The same scope for operators done `count` times a step. */
export function repeated(scope: Scope, count: number): Scope {
  return { ...scope, count };
}

/**
 * How a stack is split: the last as asked; an earlier one (an encoder, a vision tower) over tensor ranks
 * if its heads divide, else whole on each, and always on one stage.
 *
 * Source: vllm-project/vllm docs/configuration/optimization.md, "Batch-level DP for multi-modal encoders"
 */
export function stackParallel(args: {
  readonly model: Transformer;
  readonly stack: Stack;
  readonly parallel: Parallel;
}): Parallel {
  const { model, stack, parallel } = args;
  if (stack === model.stacks.at(-1)) return parallel;
  const divides = stack.layers.every(({ layer }) =>
    layer.mixers.every(
      (mixer) => mixer.kind !== "attention" || mixer.heads % parallel.tensor === 0,
    ),
  );
  return { tensor: divides ? parallel.tensor : 1, pipeline: 1, data: 1, expert: 1 };
}
