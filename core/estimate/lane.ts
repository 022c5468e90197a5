/**
 * A lane's costs at its operating point: what a prompt adds to steps, and decode time as a line.
 *
 * A replica is `pipeline × data` lanes: a pipeline has a step of its own under way in each stage, and
 * attention groups hold their own sequences. Groups step together, so a prompt in one stalls all; the
 * chance that prompts coincide makes the stall less than `data` times one group's.
 *
 * Source: notes/032-modelling.md, 6; vllm-project/vllm vllm/v1/core/sched/scheduler.py (decodes
 * first, prompts in what is left of the step); Zheng et al. 2024, "SGLang" (prompts in their own batch)
 */
import type { Operator, Segment, Step } from "../operators/index.ts";
import type { Fraction, Seconds } from "../units.ts";
import type { DecodeLine } from "./steady-state.ts";
import type { PromptWork } from "./first-token.ts";
import type { RequestShape } from "./request-shape.ts";
import { stepTokens } from "./speculation.ts";
import { type StepCost, total } from "./step-cost.ts";
import type { Engine } from "./types.ts";

/** Where a lane works: sequences decoding, and prompts that share a step on average. */
export interface OperatingPoint {
  readonly running: number;
  readonly joined: number;
}

export interface LaneCosts {
  readonly cost: StepCost;
  readonly engine: Engine;
  readonly shape: RequestShape;
  /** Attention groups that step together. */
  readonly groups: number;
}

/** A step of decodes alone. */
export function decodeStep(costs: Pick<LaneCosts, "shape" | "engine">, running: number): Step {
  return { segments: [decodeSegment(costs, running)] };
}

/** A step that holds chunks of `joined` prompts, and decodes unless prompts are computed alone. */
export function promptStep(costs: LaneCosts, point: OperatingPoint): Step {
  const { shape, engine } = costs;
  const { chunks } = packing(costs, point);
  const query = shape.fresh / chunks;
  const prefix = shape.cached + ((chunks - 1) / 2) * query;
  const prompt: Segment = { sequences: promptsOf(costs, point), query, prefix };
  if (engine.promptsAlone === true) return { segments: [prompt] };
  return { segments: [prompt, decodeSegment(costs, point.running)] };
}

export function promptWork(costs: LaneCosts, point: OperatingPoint): PromptWork {
  const { cost, engine, groups } = costs;
  const { chunks, together } = packing(costs, point);
  const alone = engine.promptsAlone === true;
  const step = cost.time(promptStep(costs, point));
  const without = alone ? 0 : cost.time(decodeStep(costs, point.running));
  const computed = (chunks * Math.max(0, step - without)) / promptsOf(costs, point);
  const added = computed + costs.shape.reading;
  const stalled = stalledGroups(groups, chunks * gathered(engine, point));
  const shared = stalled === 1 || engine.groupsPadded === true ? 0 : sharedShare(costs, point);
  const stall = added * (shared + (1 - shared) * stalled);
  return { added, stall, chunks, together, alone };
}

/**
 * Share of a prompt step's time in experts that all groups compute together: such a step is timed with a
 * prompt in every group, so the experts of one group's prompt are that time once, and stall nobody twice.
 */
function sharedShare(costs: LaneCosts, point: OperatingPoint): Fraction {
  const times = costs.cost.operators(promptStep(costs, point));
  const routed = times.filter(({ operator }) => isShared(operator));
  const whole = total(times);
  return whole > 0 ? total(routed) / whole : 0;
}

/** Routed experts, and the exchanges that take tokens to them and back. */
function isShared({ work, name }: Operator): boolean {
  return name === "experts/routed" || (name.startsWith("experts/") && work.kind === "collective");
}

/**
 * The line through the decode step of `running` sequences, as steep as between half as many and those: between one
 * and two at least, since a step may leap where a second one joins.
 */
export function decodeLine(costs: LaneCosts, running: number): DecodeLine {
  if (running <= 1) return { base: decodeTime(costs, 1), slope: 0 };
  const many = Math.max(2, running);
  const few = many / 2;
  const slope = Math.max(0, (decodeTime(costs, many) - decodeTime(costs, few)) / (many - few));
  return moved({ base: 0, slope }, costs, running);
}

/** The same line moved to pass through the decode step of `running` sequences. */
export function moved(line: DecodeLine, costs: LaneCosts, running: number): DecodeLine {
  const many = Math.max(1, running);
  return { base: decodeTime(costs, many) - line.slope * many, slope: line.slope };
}

function decodeTime(costs: LaneCosts, running: number): Seconds {
  return costs.cost.time(decodeStep(costs, running));
}

function decodeSegment(
  { shape, engine }: Pick<LaneCosts, "shape" | "engine">,
  running: number,
): Segment {
  const prefix = Math.max(0, shape.context - 1);
  const { speculation } = engine;
  if (speculation === undefined) return { sequences: running, query: 1, prefix };
  const { drafted } = speculation;
  return { sequences: running, query: stepTokens(speculation), prefix, drafted };
}

/** Prompts of the step described: not more than fit, and one at least. */
function promptsOf(costs: LaneCosts, point: OperatingPoint): number {
  return Math.min(Math.max(1, gathered(costs.engine, point)), packing(costs, point).together);
}

/** Prompts that share a step once the engine has let those of several come together. */
function gathered({ gatherSteps = 0, pollSteps = 1 }: Engine, { joined }: OperatingPoint): number {
  return joined * Math.max(1 + gatherSteps, pollSteps);
}

/** How many steps a prompt takes and how many prompts a step, within the engine's token budget. */
function packing(
  { engine, shape }: LaneCosts,
  point: OperatingPoint,
): { readonly chunks: number; readonly together: number } {
  const decodes = engine.promptsAlone === true ? 0 : stepTokens(engine.speculation) * point.running;
  const budget = Math.max(engine.block, engine.stepTokensMax - decodes);
  return {
    chunks: Math.ceil(shape.fresh / budget),
    together: Math.max(1, budget / shape.fresh),
  };
}

/** Groups stalled by a chunk of one, of which so many come a step: all of them, shared with others' chunks in the same step. */
function stalledGroups(groups: number, joined: number): number {
  if (groups === 1 || joined <= 0) return groups;
  return Math.max(1, (1 - Math.exp(-groups * joined)) / joined);
}
