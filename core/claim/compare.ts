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
import { type Interval, weakest } from "../interval.ts";
import type { Model } from "../model/index.ts";
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

/** Peak arithmetic by precision and of each one's fastest floats, memory bandwidth and capacity: the bounds on any speed-up. */
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
  return ratioOf(itemRate(pair.of, workload), () => itemRate(pair.over, workload));
}

/** Samples a second, likewise. */
export function trainingRatio(pair: Pair, workload: ClaimTraining): Interval | Infeasible {
  return ratioOf(trainedRate(pair.of, workload), () => trainedRate(pair.over, workload));
}

/**
 * The errors of two devices under one workload go mostly together, so the interval is that of the less certain of them
 * alone.
 */
function ratioOf(
  of: Interval | Infeasible,
  other: () => Interval | Infeasible,
): Interval | Infeasible {
  if ("reason" in of) return of;
  const over = other();
  if ("reason" in over) return over;
  const p50 = of.p50 / over.p50;
  const wider = of.p90 / of.p50 > over.p90 / over.p50 ? of : over;
  return {
    p10: (p50 * wider.p10) / wider.p50,
    p50,
    p90: (p50 * wider.p90) / wider.p50,
    basis: weakest([of.basis, over.basis]),
  };
}

function itemRate(
  { system, count }: Machines,
  { model, numerics, engine, shape }: ClaimWorkload,
): Interval | Infeasible {
  const parallel = { tensor: 1, pipeline: 1, data: 1, expert: 1 };
  const placement = { parallel, replicas: count, numerics, engine };
  const answer = estimateBatch({ ...shape, model, system, placement });
  return answer.kind === "infeasible" ? answer : answer.itemRate;
}

function trainedRate(
  { system, count }: Machines,
  { model, numerics, shape }: ClaimTraining,
): Interval | Infeasible {
  const run = { name: "claim", batch: shape.microBatch * count, budget: 1, tuned: "all" } as const;
  const layout = {
    split: { tensor: 1, pipeline: 1, virtual: 1, context: 1, expert: 1, data: count },
    microBatch: shape.microBatch,
    sharding: 0,
    recompute: "none",
    offload: false,
    numerics,
  } as const;
  const asked = { model, run: { ...run, tokens: shape.tokens } };
  const answer = trainingStep(trainingQuery(asked, system, layout));
  return answer.kind === "infeasible" ? answer : answer.samplesPerSecond;
}
