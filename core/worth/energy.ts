/**
 * Watts over a day of load, and joules by what they make.
 *
 * An idle host draws a share of what it draws at work; in between, power rises in a straight line with the load.
 *
 * Source: Barroso, Hölzle and Ranganathan 2018, "The Datacenter as a Computer", section 5.3 (power against load)
 */
import table from "../../coefficients/priors.json" with { type: "json" };
import { type Interval, scale, sum } from "../interval.ts";
import type { Fraction } from "../units.ts";
import { priors, propagated, type Uncertain } from "../uncertain.ts";

/** Idle power over power at work. */
export const IDLE_SHARE: Uncertain = priors(table.energy).idle;

export interface Day {
  /** Power of each hour. */
  readonly hours: readonly Interval[];
  readonly energy: Interval;
  /** Energy of a unit of work, over the whole day. */
  readonly each: Interval;
}

/** A day in which hour h has `load[h]` of the rate that draws `wall`; `rate` is of units a second at load 1. */
export function day(
  wall: Interval,
  load: readonly Fraction[],
  { rate, idle = IDLE_SHARE }: { readonly rate: number; readonly idle?: Uncertain },
): Day {
  const terms = { wall: { name: "power at work", value: wall, source: "estimate" }, idle };
  const at = (share: Fraction) =>
    propagated(terms, (each) => each.wall * (each.idle + share * (1 - each.idle))).answer;
  const hours = load.map(at);
  const total = load.reduce((all, share) => all + share, 0);
  const energy = scale(sum(hours), 3600);
  return { hours, energy, each: scale(energy, 1 / (3600 * total * rate)) };
}
