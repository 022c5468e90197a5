/**
 * One step of a transformer as the operators one device computes.
 *
 * Equal layers are one operator with a count. Layers are shared out over pipeline stages; the busiest stage
 * is described, so a model of 61 layers on 2 stages counts 31. Embedding and head, which stand on one stage
 * each, count as their mean over stages, so that all stages together do exactly what the model does.
 *
 * Source: notes/001-way-of-the-data.md; Kaplan et al., "Scaling Laws" (arXiv 2001.08361), table 1 (FLOPs
 * a token by operation)
 */
import { assert } from "../assert.ts";
import type { Stack, Transformer } from "../model/index.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import { embeddingOperators } from "./_embedding.ts";
import { collective, elementwise } from "./_emit.ts";
import { headOperators } from "./_head.ts";
import { layerOperators } from "./_layer.ts";
import { distinctLayers, layerShare, mergeOperators } from "./_merge.ts";
import type { Operator, Parallel, Step } from "./operator.ts";
import { repeated, scopeOf, shardOf, stackParallel, type Scope } from "./_scope.ts";

export const SINGLE_DEVICE: Parallel = { tensor: 1, pipeline: 1, data: 1, expert: 1 };

/**
 * The operators of `step` on the busiest of the devices that `parallel` splits `model` over.
 *
 * `numerics` replaces the formats of the checkpoint. Check the split with `splitProblem` first.
 *
 * Errors: asserts that the step names a stack the model has.
 */
export function expand(args: {
  readonly model: Transformer;
  readonly step: Step;
  readonly parallel?: Parallel;
  readonly numerics?: Numerics;
}): readonly Operator[] {
  const { model, step, parallel = SINGLE_DEVICE, numerics = model.numerics } = args;
  const stack = stackOf(model, step);
  const own = stackParallel({ model, stack, parallel });
  const scope = scopeOf(shardOf({ stack, numerics, parallel: own }), stack, step);
  const ends = repeated(scope, 1 / own.pipeline);
  const share = layerShare(stack, own.pipeline);
  return mergeOperators([
    embeddingOperators(stack.embedding, ends),
    ...distinctLayers(stack).map(({ layer, count }) =>
      layerOperators(layer, repeated(scope, count * share)),
    ),
    pipelineSends(scope, own.pipeline),
    finalNorm(stack, ends),
    headOperators(stack, ends),
  ]);
}

function stackOf(model: Transformer, step: Step): Stack {
  const stack = model.stacks[step.stack ?? model.stacks.length - 1];
  assert(stack !== undefined, `${model.id} has ${model.stacks.length} stacks, no ${step.stack}`);
  return stack;
}

function finalNorm(stack: Stack, scope: Scope): Operator[] {
  if (stack.finalNorm === null) return [];
  const values = scope.tokens * scope.hidden;
  return [elementwise(scope, { name: "norm/final", read: 2 * values, written: values })];
}

/** Each stage but the last sends its hidden states on; tensor ranks send a slice each. */
function pipelineSends(scope: Scope, pipeline: number): readonly Operator[] {
  if (pipeline === 1) return [];
  return collective(repeated(scope, (pipeline - 1) / pipeline), {
    name: "pipeline/send",
    pattern: "send",
    ranks: 2 * scope.tensor,
    bytes: storedBytes((scope.tokens * scope.hidden) / scope.tensor, scope.wide),
  });
}
