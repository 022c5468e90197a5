/**
 * How much more one fleet can do than another: what the catalogue's figures bound, and what is predicted for a workload on both.
 */
import {
  estimateBatch,
  type BatchQuery,
  type Engine,
  type Infeasible,
  type System,
} from "../estimate/index.ts";
import { type Interval, weakest } from "../interval.ts";
import type { Model } from "../model/index.ts";
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

/** Peak arithmetic by precision, memory bandwidth and capacity: the bounds on any speed-up. */
export function figureRatios({ of, over }: Pair): readonly FigureRatio[] {
  const rows = [
    ...PRECISIONS.map(
      (name) =>
        [`peak ${name}`, of.system.device.peak[name], over.system.device.peak[name]] as const,
    ),
    ["memory bandwidth", memoryOf(of, "bandwidth"), memoryOf(over, "bandwidth")] as const,
    ["memory capacity", memoryOf(of, "capacity"), memoryOf(over, "capacity")] as const,
  ];
  return rows.flatMap(([name, above, below]) =>
    above === undefined || below === undefined
      ? []
      : [{ name, ratio: (above * of.count) / (below * over.count) }],
  );
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

/**
 * Inputs a second of the first over those of the second. The errors of two devices under one
 * workload go mostly together, so the interval is that of the less certain of them alone.
 *
 * Errors: "infeasible" as of the first estimate that is.
 */
export function rateRatio(pair: Pair, workload: ClaimWorkload): Interval | Infeasible {
  const of = itemRate(pair.of, workload);
  if ("reason" in of) return of;
  const over = itemRate(pair.over, workload);
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
