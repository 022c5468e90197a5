/**
 * How much more one fleet can do than another: what the catalogue's figures bound, and what is predicted for a workload on both.
 */
import {
  estimateBatch,
  trainingStep,
  type BatchQuery,
  type Engine,
  type Infeasible,
  type System,
  type TrainingQuery,
} from "../estimate/index.ts";
import { type Interval, reciprocal, scale, weakest } from "../interval.ts";
import type { Model } from "../model/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import { trainingQuery } from "../plan/index.ts";
import { PRECISIONS, type Numerics } from "../precision.ts";

/** Devices of one kind, side by side. */
export interface Machines {
  readonly system: System;
  readonly count: number;
}

export interface Pair {
  readonly of: Machines;
  readonly over: Machines;
}

/** A figure of both, all devices together, and the first over the second. */
export interface FigureRatio {
  readonly name: string;
  readonly ratio: number;
}

/** Peak arithmetic by precision and of each one's fastest floats, memory bandwidth and capacity: between them lies what two equally well used machines differ by. */
export function figureRatios({ of, over }: Pair): readonly FigureRatio[] {
  const rows = [
    ...PRECISIONS.map(
      (name) =>
        [`peak ${name}`, of.system.device.peak[name], over.system.device.peak[name]] as const,
    ),
    ["peak of the fastest floats", fastest(of), fastest(over)] as const,
    ["memory bandwidth", memoryOf(of, "bandwidth"), memoryOf(over, "bandwidth")] as const,
    ["memory capacity", memoryOf(of, "capacity"), memoryOf(over, "capacity")] as const,
  ];
  return rows.flatMap(([name, above, below]) =>
    above === undefined || below === undefined
      ? []
      : [{ name, ratio: (above * of.count) / (below * over.count) }],
  );
}

/** FLOP/s in whatever floating-point format a device multiplies fastest; undefined where it prints no rate. */
function fastest({ system }: Machines): number | undefined {
  const floats = PRECISIONS.filter((name) => !name.startsWith("int"));
  const rates = floats.flatMap((name) => system.device.peak[name] ?? []);
  return rates.length === 0 ? undefined : Math.max(...rates);
}

function memoryOf({ system }: Machines, figure: "bandwidth" | "capacity"): number | undefined {
  return system.device.memory?.[figure];
}

/** What both run, batch by batch, each device its own copy. */
export interface ClaimWorkload {
  readonly model: Model;
  readonly numerics: Numerics;
  readonly engine: Engine;
  readonly shape: Pick<BatchQuery, "batch" | "input" | "output">;
}

/** What both train, a copy on each device that takes the same share of every step, exchanging gradients. */
export interface ClaimTraining {
  readonly model: Model;
  readonly numerics: Numerics;
  /** Samples a device computes at once, and tokens of one: 1 where the model's input has one size. */
  readonly shape: Pick<TrainingQuery, "microBatch" | "tokens">;
}

/** Inputs a second of the first over those of the second. Errors: "infeasible" as of the first estimate that is. */
export function rateRatio(pair: Pair, workload: ClaimWorkload): Interval | Infeasible {
  return ratioOf(itemRate(pair.of, workload), itemRate(pair.over, workload));
}

/** Samples a second, likewise. */
export function trainingRatio(pair: Pair, workload: ClaimTraining): Interval | Infeasible {
  return ratioOf(trainedRate(pair.of, workload), trainedRate(pair.over, workload));
}

/**
 * The errors of two devices under one workload go mostly together, so the interval is that of the less certain of them
 * alone.
 */
function ratioOf(of: Interval | Infeasible, over: Interval | Infeasible): Interval | Infeasible {
  if ("reason" in of) return of;
  if ("reason" in over) return over;
  const below = reciprocal(over);
  const wider = of.p90 / of.p10 > below.p90 / below.p10 ? of : below;
  const basis = weakest([of.basis, over.basis]);
  const p50 = of.p50 / over.p50;
  return { ...scale(wider, p50 / wider.p50), p50, basis };
}

function itemRate(
  { system, count }: Machines,
  { model, numerics, engine, shape }: ClaimWorkload,
): Interval | Infeasible {
  const placement = { parallel: SINGLE_DEVICE, replicas: count, numerics, engine };
  const answer = estimateBatch({ ...shape, model, system, placement });
  return answer.kind === "infeasible" ? answer : answer.itemRate;
}

function trainedRate(
  { system, count }: Machines,
  { model, numerics, shape }: ClaimTraining,
): Interval | Infeasible {
  const { microBatch, tokens } = shape;
  const run = { batch: microBatch * count, tokens, tuned: "all" } as const;
  const layout = {
    split: { tensor: 1, pipeline: 1, virtual: 1, context: 1, expert: 1, data: count },
    microBatch,
    sharding: 0,
    recompute: "none",
    offload: false,
    numerics,
  } as const;
  const answer = trainingStep(trainingQuery({ model, run }, system, layout));
  return answer.kind === "infeasible" ? answer : answer.samplesPerSecond;
}
