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
import { reciprocal, scale, type Interval } from "../interval.ts";
import { layerCount } from "../model/index.ts";
import { type Operator, splitProblem } from "../operators/index.ts";
import type { Seconds } from "../units.ts";
import { assumedDevice } from "./assumed-device.ts";
import { type Bill, bill } from "./bill.ts";
import { type Coefficients, SHIPPED } from "./coefficients.ts";
import { correctionFactor, correctionNotes } from "./correction.ts";
import { deviceDraw } from "./device-draw.ts";
import { inferenceProblem } from "./inference-only.ts";
import { doubtOf, unseenNotes, widened } from "./intervals.ts";
import { operatorCount } from "./launching.ts";
import { operatorTime, substitutions, target, type Target } from "./laws/index.ts";
import type { Traits } from "./log-linear.ts";
import { total } from "./step-cost.ts";
import { surroundings } from "./surroundings.ts";
import { peakTime, utilisation } from "./peak-time.ts";
import { exposedExchange, optimiserTime, tablesTime } from "./training-exchange.ts";
import { drawnTime } from "./training-drawn.ts";
import { trainingMemory } from "./training-memory.ts";
import { assumedLink, sustained } from "./training-target.ts";
import { stepTime, trainingTraits } from "./training-traits.ts";
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
export function trainingStep(
  asked: TrainingQuery,
  coefficients: Coefficients = SHIPPED,
): TrainingEstimate | Infeasible {
  const system = { ...asked.system, device: assumedDevice(asked.system.device) };
  const query = { ...asked, system };
  const { model, split, eager } = query;
  const untaught = inferenceProblem(system.device);
  if (untaught !== null) return untaught;
  const problem = model.kind === "network" ? null : splitProblem(model, expandedSplit(split));
  if (problem !== null) return problem;
  const { device } = system;
  const cold = target(surroundings(system, { graphs: !eager }), coefficients.laws);
  if ("kind" in cold) return cold;
  const ready = sustained(cold, query);
  const forward = forwardOperators(query);
  const replaced = substitutions(forward, ready);
  if ("kind" in replaced) return replaced;
  const held = trainingMemory(query, forward);
  if ("reason" in held) return held;
  const timed = forward.map((each) => operatorTime(each, ready));
  const passes = passesOf(query, timed, ready);
  const physics = stepParts(query, passes, held, ready);
  const traits = trainingTraits(query, { timed, parts: physics });
  const name = model.kind === "network" ? "training-network" : "training";
  const factor = correctionFactor(coefficients.corrections, name, traits, device.id);
  const parts = scaled(physics, factor);
  const { widths } = coefficients;
  const assumed = assumedLink(ready, split.data * split.context);
  const noted = correctionNotes("training step", factor);
  const question = { name, traits, device: device.id } as const;
  const unseen = unseenNotes(question, widths);
  const said = [...device.assumptions, ...replaced, ...assumed, ...noted, ...unseen];
  const seconds = stepTime(parts);
  const step = widened(seconds, doubtOf(timed), { ...question, widths });
  const drawn = billed(query, { passes, seconds, ready: cold }, coefficients);
  const run = { timed, parts, held, ready: cold, step, traits, drawn };
  return assembled(query, run, [...said, ...drawn.assumptions]);
}

function microBatchesOf({ batch, microBatch, split }: TrainingQuery): number {
  return Math.max(1, batch / (split.data * microBatch));
}

/** Operators of one micro-batch. */
interface Passes {
  readonly forward: readonly OperatorTime[];
  readonly backward: readonly OperatorTime[];
  readonly again: readonly OperatorTime[];
}

function passesOf(query: TrainingQuery, forward: readonly OperatorTime[], ready: Target): Passes {
  const back = forward.flatMap(({ operator }) => backwardOperators(operator, query.tuned));
  const backward = back.map((each) => operatorTime(each, ready));
  return { forward, backward, again: recomputed(query, forward) };
}

interface Busy {
  readonly passes: Passes;
  readonly seconds: Seconds;
  readonly ready: Target;
}

/** What the devices draw at the shares of their peaks that the step uses, and what that costs. */
function billed(
  query: TrainingQuery,
  { passes: { forward, backward, again }, seconds, ready }: Busy,
  { laws }: Coefficients,
): Bill {
  const peak = peakTime([...forward, ...backward, ...again], ready);
  const used = utilisation([{ peak, perSecond: microBatchesOf(query) / seconds }]);
  const draw = deviceDraw(used, query.system.device, laws);
  const all = bill(query.system, trainedDevices(query.split), draw.power);
  return { ...all, assumptions: [...draw.assumptions, ...all.assumptions] };
}

function stepParts(
  query: TrainingQuery,
  { forward: timed, backward: back, again }: Passes,
  held: TrainingMemory,
  ready: Target,
): TrainingParts {
  const { split, eager } = query;
  const count = microBatchesOf(query);
  const forward = total(timed);
  const backward = total(back);
  const recompute = total(again);
  const behind = isDealtEvenly(query) ? split.pipeline - 1 : 0;
  const late = (times: readonly OperatorTime[]) => behind * total(times.filter(isHead));
  const busy = forward + backward + recompute;
  const operators = [...timed, ...again, ...back].map(({ operator }) => operator);
  const isCounted = query.capped !== true && query.fusedExperts !== true;
  const routed = isCounted ? timed.filter(isRouted) : [];
  const launched = eager ? launches(operators) * LAUNCH : operatorCount(routed) * ROUTING;
  const host = Math.max(0, launched - busy);
  const waiting = (split.pipeline - 1) / split.virtual;
  const covers = { forward, backward: backward + recompute };
  const sent = query.model.kind === "network" ? timed.map(({ operator }) => operator) : [];
  const tables = tablesTime(sent, query, ready);
  return {
    forward: count * (forward + late(timed)),
    backward: count * (backward + late(back)),
    recompute: count * recompute,
    bubble: waiting * (busy + host),
    exchange: exposedExchange(query, covers, count, ready) + count * tables,
    optimiser: optimiserTime(query, ready),
    host: count * (host + drawnTime(query, held, busy, ready)),
  };
}

/**
 * Whether every stage has as many layers, so that the last one has the head besides and paces the others;
 * where layers do not divide, embedding and head count as layers.
 *
 * Source: Dubey et al. 2024 (arXiv 2407.21783), section 3.3.2 (126 layers, one less at either end)
 */
function isDealtEvenly({ model, split }: TrainingQuery): boolean {
  if (model.kind === "network") return true;
  return layerCount(model.stacks) % (split.pipeline * split.virtual) === 0;
}

function isHead({ operator }: OperatorTime): boolean {
  return operator.group === "head";
}

/** Host time of one kernel in an interpreted framework. Source: assumption, 10 µs of PyTorch dispatch */
const LAUNCH: Seconds = 10e-6;

/**
 * Host time of a layer of experts, forward and backward: dozens of small kernels around the products, and a
 * wait for how many tokens each expert got.
 *
 * Source: chosen by eye on Megatron-Bridge rows of Qwen3-30B-A3B with one sequence a micro-batch, in-sample there
 */
const ROUTING: Seconds = 8e-3;

function isRouted({ operator }: OperatorTime): boolean {
  return operator.work.kind === "grouped-matmul";
}

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

function scaled(parts: TrainingParts, factor: number): TrainingParts {
  const each = Object.entries(parts).map(([name, time]) => [name, factor * time]);
  return Object.fromEntries(each) as TrainingParts;
}

interface Run {
  readonly timed: readonly OperatorTime[];
  readonly parts: TrainingParts;
  readonly held: TrainingMemory;
  readonly ready: Target;
  readonly step: Interval;
  readonly traits: Traits;
  readonly drawn: Bill;
}

function assembled(
  query: TrainingQuery,
  { timed, parts, held, ready, step, traits, drawn }: Run,
  assumptions: readonly string[],
): TrainingEstimate {
  const { batch, tokens } = query;
  const devices = trainedDevices(query.split);
  const work = stepFlops(query, timed);
  const samplesPerSecond = reciprocal(step, batch);
  return {
    kind: "training-estimate",
    step,
    samplesPerSecond,
    tokensPerSecond: scale(samplesPerSecond, tokens),
    ...work,
    utilisation: work.flops / (step.p50 * devices * commonPeak(timed, ready)),
    devices,
    power: drawn.power,
    costPerHour: drawn.costPerHour,
    carbonPerSecond: drawn.gramsPerSecond,
    memory: held,
    parts,
    forward: timed,
    traits,
    assumptions,
  };
}

/** FLOPs forward and backward of a whole step, without gradients of frozen weights and what recomputing adds. */
function stepFlops(
  query: TrainingQuery,
  timed: readonly OperatorTime[],
): Pick<TrainingEstimate, "flops" | "attentionFlops"> {
  const { split, batch, microBatch, tuned } = query;
  const devices = split.tensor * split.pipeline * split.context;
  const passes = (devices * batch) / microBatch;
  let flops = 0;
  let attentionFlops = 0;
  for (const { operator } of timed) {
    const { work, count } = operator;
    if (work.kind === "elementwise") continue;
    const isFrozen = tuned === "adapters" && work.kind !== "attention" && work.kind !== "scan";
    const all =
      (isFrozen ? FORWARD_AND_INPUTS : FORWARD_AND_BACKWARD) * passes * count * operator.flops;
    flops += all;
    if (work.kind === "attention") attentionFlops += all;
  }
  return { flops, attentionFlops };
}

const FORWARD_AND_BACKWARD = 3;
const FORWARD_AND_INPUTS = 2;

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
