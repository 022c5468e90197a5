/**
 * One step of training: every micro-batch forward and backward, gradients between copies, the optimiser.
 *
 * A pipeline of p stages with v pieces each computes m micro-batches in (1 + (p − 1)/(m·v)) of the time of
 * m. An interpreter that launches kernels one by one is a floor under each micro-batch.
 *
 * Symbols: p stages, v pieces a stage, m micro-batches
 * Source: Narayanan et al. 2021 (arXiv 2104.04473), section 2.2 (bubble); Korthikanti et al. 2022
 * (arXiv 2205.05198), table 5, compared in training.test.ts (in-sample: see training-target.ts)
 */
import { lognormal, reciprocal, scale, type Basis } from "../interval.ts";
import type { Operator } from "../operators/index.ts";
import { splitProblem } from "../operators/index.ts";
import type { Seconds } from "../units.ts";
import { SHIPPED_LAWS } from "./coefficients.ts";
import { doubtOf } from "./intervals.ts";
import { operatorTime, substitutions, target, type Target } from "./laws/index.ts";
import { total } from "./step-cost.ts";
import { exposedExchange, optimiserTime } from "./training-exchange.ts";
import { trainingMemory } from "./training-memory.ts";
import { assumedLink, sustained } from "./training-target.ts";
import type {
  TrainingEstimate,
  TrainingMemory,
  TrainingParts,
  TrainingQuery,
} from "./training-types.ts";
import {
  backwardOperators,
  expandedSplit,
  forwardOperators,
  isInsideAttention,
  isOutsideLayers,
  trainedDevices,
} from "./training-work.ts";
import type { Infeasible, OperatorTime } from "./types.ts";

/** Adam with an FP32 master copy and two moments. Source: Rajbhandari et al. 2019, section 3.1 */
export const ADAM = { name: "Adam", state: 12 } as const;
/** Momentum with an FP32 master copy. */
export const MOMENTUM = { name: "SGD with momentum", state: 8 } as const;

/** Errors: "infeasible" for memory, split, format or figures that the placement lacks. */
export function trainingStep(query: TrainingQuery): TrainingEstimate | Infeasible {
  const { model, system, split, eager } = query;
  const problem = model.kind === "network" ? null : splitProblem(model, expandedSplit(split));
  if (problem !== null) return problem;
  const { device, perHost, network } = system;
  const cold = target({ device, perHost, network, graphs: !eager }, SHIPPED_LAWS);
  if ("kind" in cold) return cold;
  const ready = sustained(cold, query.attention);
  const forward = forwardOperators(query);
  const replaced = substitutions(forward, ready);
  if ("kind" in replaced) return replaced;
  const held = trainingMemory(query, forward);
  if ("reason" in held) return held;
  const timed = forward.map((each) => operatorTime(each, ready));
  const parts = stepParts(query, timed, ready);
  const assumed = assumedLink(ready, split.data * split.context);
  const said = [...device.assumptions, ...replaced, ...assumed];
  return assembled(query, { timed, parts, held, ready: cold }, said);
}

function microBatchesOf({ batch, microBatch, split }: TrainingQuery): number {
  return Math.max(1, batch / (split.data * microBatch));
}

function stepParts(
  query: TrainingQuery,
  timed: readonly OperatorTime[],
  ready: Target,
): TrainingParts {
  const { split, tuned, eager } = query;
  const count = microBatchesOf(query);
  const back = timed.flatMap(({ operator }) => backwardOperators(operator, tuned));
  const again = recomputed(query, timed);
  const forward = total(timed);
  const backward = total(back.map((each) => operatorTime(each, ready)));
  const recompute = total(again);
  const busy = forward + backward + recompute;
  const operators = [...timed, ...again].map(({ operator }) => operator).concat(back);
  const host = eager ? Math.max(0, launches(operators) * LAUNCH - busy) : 0;
  const waiting = (split.pipeline - 1) / split.virtual;
  const covers = { forward, backward: backward + recompute };
  return {
    forward: count * forward,
    backward: count * backward,
    recompute: count * recompute,
    bubble: waiting * (busy + host),
    exchange: exposedExchange(query, covers, count, ready),
    optimiser: optimiserTime(query, ready),
    host: count * host,
  };
}

/** Host time of one kernel in an interpreted framework. Source: assumption, 10 µs of PyTorch dispatch */
const LAUNCH: Seconds = 10e-6;

function launches(operators: readonly Operator[]): number {
  return operators.reduce((sum, { count }) => sum + Math.ceil(count), 0);
}

function recomputed(
  { recompute }: TrainingQuery,
  timed: readonly OperatorTime[],
): readonly OperatorTime[] {
  switch (recompute) {
    case "none":
      return [];
    case "selective":
      return timed.filter(({ operator }) => isInsideAttention(operator));
    case "full":
      return timed.filter(({ operator }) => !isOutsideLayers(operator));
  }
}

/**
 * Standard deviation of log(true / estimated) that operators do not know: frameworks, their age, the input
 * pipeline. Source: assumption, no fit
 */
const SYSTEM_SPREAD: Readonly<Record<Basis, number>> = {
  measured: 0.1,
  calibrated: 0.25,
  transferred: 0.35,
  analytic: 0.5,
};

interface Run {
  readonly timed: readonly OperatorTime[];
  readonly parts: TrainingParts;
  readonly held: TrainingMemory;
  readonly ready: Target;
}

function assembled(
  query: TrainingQuery,
  { timed, parts, held, ready }: Run,
  assumptions: readonly string[],
): TrainingEstimate {
  const { batch, tokens } = query;
  const seconds = Object.values(parts).reduce((sum: number, part: number) => sum + part, 0);
  const { spread, basis } = doubtOf(timed);
  const step = lognormal(seconds, Math.hypot(spread, SYSTEM_SPREAD[basis]), basis);
  const devices = trainedDevices(query.split);
  const work = stepFlops(query, timed);
  const samplesPerSecond = reciprocal(step, batch);
  return {
    kind: "training-estimate",
    step,
    samplesPerSecond,
    tokensPerSecond: scale(samplesPerSecond, tokens),
    ...work,
    utilisation: work.flops / (seconds * devices * commonPeak(timed, ready)),
    devices,
    memory: held,
    parts,
    forward: timed,
    assumptions,
  };
}

/** FLOPs forward and backward of a whole step, what adapters spare and recomputing adds left out. */
function stepFlops(
  query: TrainingQuery,
  timed: readonly OperatorTime[],
): Pick<TrainingEstimate, "flops" | "attentionFlops"> {
  const { split, batch, microBatch } = query;
  const devices = split.tensor * split.pipeline * split.context;
  const passes = (FORWARD_AND_BACKWARD * devices * batch) / microBatch;
  let flops = 0;
  let attentionFlops = 0;
  for (const { operator } of timed) {
    const { work, count } = operator;
    if (work.kind === "elementwise") continue;
    flops += passes * count * operator.flops;
    if (work.kind === "attention") attentionFlops += passes * count * operator.flops;
  }
  return { flops, attentionFlops };
}

const FORWARD_AND_BACKWARD = 3;

/** Peak of the format that most FLOPs are multiplied in. */
function commonPeak(timed: readonly OperatorTime[], ready: Target): number {
  const byPeak = new Map<number, number>();
  for (const { operator } of timed) {
    const { work, count, flops } = operator;
    const peak = "compute" in work ? ready.formats[work.compute]?.peak : undefined;
    if (peak !== undefined) byPeak.set(peak, (byPeak.get(peak) ?? 0) + count * flops);
  }
  let most = { peak: Infinity, flops: 0 };
  for (const [peak, flops] of byPeak) if (flops > most.flops) most = { peak, flops };
  return most.peak;
}
