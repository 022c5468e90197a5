/**
 * Whether a model can be split over devices in the way asked for.
 *
 * Source: vllm-project/vllm vllm/config/model.py, verify_with_parallel_config (heads, pipeline);
 * vllm/model_executor/layers/fused_moe/layer.py (experts)
 */
import {
  layerCount,
  type Layer,
  type Mixer,
  type Stack,
  type Transformer,
} from "../model/index.ts";
import type { Numerics } from "../precision.ts";
import type { Parallel } from "./operator.ts";

/** A model over the devices of one replica, in the formats of its checkpoint where no others are named. */
export interface SplitModel {
  readonly model: Transformer;
  readonly parallel: Parallel;
  readonly numerics?: Numerics;
}

/** A rule of splitting that is broken, with both numbers. */
export interface SplitProblem {
  readonly kind: "infeasible";
  readonly reason: "split";
  readonly message: string;
  readonly needed: number;
  readonly available: number;
}

/** The first rule that `parallel` breaks for the last stack of `model`; null where it can be done. */
export function splitProblem(model: Transformer, parallel: Parallel): SplitProblem | null {
  const stack = model.stacks.at(-1);
  if (stack === undefined) return problem("stacks", "at least 1", 1, 0);
  return (
    parallelProblem(parallel) ?? pipelineProblem(stack, parallel) ?? layersProblem(stack, parallel)
  );
}

function parallelProblem(parallel: Parallel): SplitProblem | null {
  const { tensor, pipeline, data, expert } = parallel;
  for (const [name, value] of Object.entries({ tensor, pipeline, data, expert })) {
    if (!Number.isInteger(value) || value < 1)
      return problem(name, "a whole number from 1", 1, value);
  }
  const devices = tensor * data;
  if (devices % expert === 0) return null;
  return problem("expert", `a divisor of ${devices} devices`, devices, expert);
}

function pipelineProblem(stack: Stack, { pipeline }: Parallel): SplitProblem | null {
  const layers = layerCount([stack]);
  if (pipeline <= layers) return null;
  return problem("pipeline", `at most ${layers} layers`, layers, pipeline);
}

function layersProblem(stack: Stack, parallel: Parallel): SplitProblem | null {
  for (const { layer } of stack.layers) {
    for (const mixer of layer.mixers) {
      const found = headsProblem(mixer, parallel);
      if (found !== null) return found;
    }
    const found = feedForwardProblem(layer, parallel);
    if (found !== null) return found;
  }
  return null;
}

/** Heads are dealt out whole; few key-value heads are copied, which needs the same number to each. */
function headsProblem(mixer: Mixer, { tensor }: Parallel): SplitProblem | null {
  const heads = mixer.kind === "delta-rule" ? mixer.valueHeads : mixer.heads;
  const isChannels = mixer.kind === "state-space" && mixer.version === 1;
  const dealt = isChannels ? mixer.inner : heads;
  if (dealt % tensor !== 0) {
    const noun = isChannels ? "channels" : "heads";
    return problem("tensor", `a divisor of ${dealt} ${noun}`, dealt, tensor);
  }
  if (mixer.kind !== "attention") return null;
  const { kvHeads } = mixer;
  if (kvHeads % tensor === 0 || tensor % kvHeads === 0) return null;
  const rule = `a divisor or multiple of ${kvHeads} key-value heads`;
  return problem("tensor", rule, kvHeads, tensor);
}

function feedForwardProblem(layer: Layer, parallel: Parallel): SplitProblem | null {
  const { feedForward } = layer;
  if (feedForward === null) return null;
  const { tensor, data, expert } = parallel;
  const { intermediate } = feedForward;
  if (feedForward.kind === "dense") {
    if (intermediate % tensor === 0) return null;
    return problem("tensor", `a divisor of ${intermediate} inner channels`, intermediate, tensor);
  }
  const { count } = feedForward;
  if (count % expert !== 0) {
    return problem("expert", `a divisor of ${count} experts`, count, expert);
  }
  const slices = (tensor * data) / expert;
  if (intermediate % slices === 0) return null;
  const rule = `a divisor of ${intermediate} inner channels of an expert`;
  return problem("tensor × data ÷ expert", rule, intermediate, slices);
}

function problem(name: string, rule: string, needed: number, available: number): SplitProblem {
  const message = `"${name}" must be ${rule}, got ${available}`;
  return { kind: "infeasible", reason: "split", message, needed, available };
}
