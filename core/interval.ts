/**
 * Quantities with their uncertainty. Every number that leaves `estimate/` is an interval: eight
 * times in ten the true value should lie between `p10` and `p90`. Validation publishes how often it does.
 */
import { assert } from "./assert.ts";
import { normalCdf, normalQuantile, Z90 } from "./normal.ts";

/**
 * What an interval rests on, strongest first.
 *
 * - `measured`: this very configuration was measured.
 * - `calibrated`: the law was fitted on this device.
 * - `transferred`: the law was fitted on other devices and carried over by figures.
 * - `analytic`: nothing was measured; a bound or a datasheet figure.
 */
export type Basis = "measured" | "calibrated" | "transferred" | "analytic";

export const BASES: readonly Basis[] = ["measured", "calibrated", "transferred", "analytic"];

export interface Interval {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly basis: Basis;
}

/**
 * An interval around the median `p50` whose logarithm has standard deviation `spread`.
 *
 * Errors of performance laws are multiplicative, so their logarithm is the symmetric scale.
 */
export function lognormal(p50: number, spread: number, basis: Basis): Interval {
  assert(spread >= 0, `spread must not be negative, got ${spread}`);
  const factor = Math.exp(Z90 * spread);
  return { p10: p50 / factor, p50, p90: p50 * factor, basis };
}

/** A figure taken as certain: a count, a price as printed, an exact byte count. */
export function exact(value: number, basis: Basis): Interval {
  return { p10: value, p50: value, p90: value, basis };
}

/** The interval of `a · x` for a certain `a ≥ 0`. */
export function scale(x: Interval, a: number): Interval {
  assert(a >= 0, `scale factor must not be negative, got ${a}`);
  return { p10: a * x.p10, p50: a * x.p50, p90: a * x.p90, basis: x.basis };
}

/** The interval of `a / x` for a certain `a ≥ 0`: the ends change places. */
export function reciprocal(x: Interval, a = 1): Interval {
  assert(x.p10 > 0, `reciprocal of an interval that reaches ${x.p10}`);
  return { p10: a / x.p90, p50: a / x.p50, p90: a / x.p10, basis: x.basis };
}

/**
 * The interval of a sum whose parts err together (one device factor moves them all), which is
 * the cautious reading: independent errors would partly cancel.
 */
export function sum(parts: readonly Interval[]): Interval {
  return {
    p10: parts.reduce((total, part) => total + part.p10, 0),
    p50: parts.reduce((total, part) => total + part.p50, 0),
    p90: parts.reduce((total, part) => total + part.p90, 0),
    basis: weakest(parts.map((part) => part.basis)),
  };
}

/**
 * The interval of `x` times an independent factor that lies between `fast` ≤ 1 and `slow` ≥ 1: errors of the logarithm add as squares.
 */
export function stretched(
  x: Interval,
  { fast, slow }: { readonly fast: number; readonly slow: number },
): Interval {
  if (fast === 1 && slow === 1) return x;
  assert(fast <= 1 && slow >= 1, `factors enclose one, got ${fast} and ${slow}`);
  const down = Math.hypot(Math.log(x.p50 / x.p10), Math.log(fast));
  const up = Math.hypot(Math.log(x.p90 / x.p50), Math.log(slow));
  return { ...x, p10: x.p50 * Math.exp(-down), p90: x.p50 * Math.exp(up) };
}

/** The weakest basis of several; `measured` of none. */
export function weakest(bases: readonly Basis[]): Basis {
  return BASES[Math.max(0, ...bases.map((basis) => BASES.indexOf(basis)))] ?? "analytic";
}

/**
 * Quantile of an interval read as two half log-normals that meet at the median, so that a skewed interval keeps its skew.
 */
export function quantile(x: Interval, probability: number): number {
  if (x.p50 === 0) return 0;
  const z = normalQuantile(probability);
  return x.p50 * Math.exp((z / Z90) * halfWidth(x, z < 0));
}

/** Probability that the quantity is at most `limit`: the inverse of {@link quantile}. */
export function probabilityBelow(x: Interval, limit: number): number {
  if (limit <= 0) return x.p50 <= limit ? 1 : 0;
  if (x.p50 === 0) return 1;
  const distance = Math.log(limit / x.p50);
  const width = halfWidth(x, distance < 0);
  if (width === 0) return distance >= 0 ? 1 : 0;
  return normalCdf((distance / width) * Z90);
}

/** Logarithm of the ratio between the median and one end. */
function halfWidth(x: Interval, lower: boolean): number {
  return lower ? Math.log(x.p50 / x.p10) : Math.log(x.p90 / x.p50);
}
