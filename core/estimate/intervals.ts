/**
 * How far an estimate may be off: the spread of its operators, and what no operator law can know
 * (schedulers, software age, the load generator), combined as independent errors of the logarithm.
 *
 * Operator errors of one device go the same way, so their spreads add by share of time.
 *
 * Source: coefficients/intervals.json
 */
import table from "../../coefficients/intervals.json" with { type: "json" };
import { lognormal, weakest, type Basis, type Interval } from "../interval.ts";
import type { OperatorTime } from "./types.ts";

/**
 * Quantities that err alike: first tokens, times a token and rates of services under load; whole batches
 * of a transformer; networks; power.
 */
export type SpreadName = (typeof SPREAD_NAMES)[number];

export const SPREAD_NAMES = ["first", "token", "rate", "batch", "network", "power"] as const;

/** Standard deviation of log(true / estimated) at system level, by quantity and basis. */
export type IntervalWidths = Readonly<Record<SpreadName, Readonly<Record<Basis, number>>>>;

export const SHIPPED_WIDTHS: IntervalWidths = table.widths;

export interface Doubt {
  readonly spread: number;
  readonly basis: Basis;
}

/** Share-weighted spread of operators that err together, with their weakest basis by time that matters. */
export function doubtOf(times: readonly OperatorTime[]): Doubt {
  let whole = 0;
  let weighted = 0;
  for (const { operator, time, spread } of times) {
    whole += operator.count * time;
    weighted += operator.count * time * spread;
  }
  if (whole === 0) return { spread: 0, basis: "analytic" };
  const heavy = times.filter(({ operator, time }) => operator.count * time >= HEAVY * whole);
  return { spread: weighted / whole, basis: weakest(heavy.map(({ basis }) => basis)) };
}

/** Operators below this share of a step's time do not decide what an estimate rests on. */
const HEAVY = 0.05;

export function widened(
  value: number,
  doubt: Doubt,
  system: { readonly name: SpreadName; readonly widths: IntervalWidths },
): Interval {
  const extra = system.widths[system.name][doubt.basis];
  return lognormal(value, Math.hypot(doubt.spread, extra), doubt.basis);
}

/** `above` over `below`, whose errors are independent. */
export function quotient(above: Interval, below: Interval): Interval {
  const p50 = above.p50 / below.p50;
  const up = Math.hypot(Math.log(above.p90 / above.p50), Math.log(below.p50 / below.p10));
  const down = Math.hypot(Math.log(above.p50 / above.p10), Math.log(below.p90 / below.p50));
  const basis = weakest([above.basis, below.basis]);
  return { p10: p50 * Math.exp(-down), p50, p90: p50 * Math.exp(up), basis };
}
