/** The only place an error is computed. */
import type { Interval } from "../core/interval.ts";

/** A figure and what was predicted for it, in the same unit. */
export interface Pair {
  readonly measured: number;
  readonly predicted: Pick<Interval, "p10" | "p50" | "p90">;
}

export interface PairError {
  /** |predicted − measured| / measured. */
  readonly absolute: number;
  /** ln(predicted / measured): 0.69 is twice too much. */
  readonly logarithm: number;
  /** Whether the 80 % interval holds the measured figure. */
  readonly covered: boolean;
}

/** Errors of many pairs; null where there is none. */
export interface Summary {
  readonly count: number;
  /** Median absolute relative error. */
  readonly median: number | null;
  /** The absolute relative error that nine in ten stay below. */
  readonly p90: number | null;
  /** Median of predicted over measured, less one: above 0 is too much. */
  readonly bias: number | null;
  /** Share of pairs whose interval holds the measured figure. */
  readonly coverage: number | null;
}

export function compare({ measured, predicted }: Pair): PairError {
  return {
    absolute: Math.abs(predicted.p50 - measured) / measured,
    logarithm: Math.log(predicted.p50 / measured),
    covered: predicted.p10 <= measured && measured <= predicted.p90,
  };
}

export function summarise(pairs: readonly Pair[]): Summary {
  const errors = pairs.map(compare);
  const logarithm = sampleQuantile(
    errors.map((error) => error.logarithm),
    0.5,
  );
  const absolutes = errors.map((error) => error.absolute);
  return {
    count: pairs.length,
    median: sampleQuantile(absolutes, 0.5),
    p90: sampleQuantile(absolutes, 0.9),
    bias: logarithm === null ? null : Math.exp(logarithm) - 1,
    coverage:
      errors.length === 0 ? null : errors.filter((error) => error.covered).length / errors.length,
  };
}

/** Quantile of a sample, linear between order statistics; null of none. */
export function sampleQuantile(values: readonly number[], probability: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = probability * (sorted.length - 1);
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  if (low === undefined || high === undefined) return null;
  return low + (high - low) * (place - Math.floor(place));
}
