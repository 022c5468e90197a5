/**
 * The most requests one replica can hold within the limits, and how many it then holds on average.
 *
 * Latency only grows with the number in flight, so the largest admissible number is found by bisection over a ladder. An open
 * stream makes that number rise and fall; in steady state it is close to a Poisson variable, whose q-quantile lies z√c above its
 * mean c. A plan is sized so that the quantile, not the mean, keeps the limits.
 *
 * Source: Little 1961 (L = λW); Poisson occupancy of M/G/∞, Kleinrock 1975, section 3.4.
 */
import { normalQuantile } from "../normal.ts";
import { power } from "../power.ts";

/** Steps of the ladder an octave: four, so that a rung costs at most 19 % of the concurrency. */
const RUNGS_PER_OCTAVE = 4;

/** Concurrencies to try: 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 16 ... up to and with `max`. */
export function ladder(max: number): readonly number[] {
  const rungs: number[] = [];
  for (let i = 0; ; i++) {
    const rung = Math.round(power(2, i / RUNGS_PER_OCTAVE));
    if (rung >= max) return [...rungs, max];
    if (rung !== rungs.at(-1)) rungs.push(rung);
  }
}

/** The last rung for which `holds`, given that it holds up to some rung and not after; null if not even the first. */
export function lastHolding(
  rungs: readonly number[],
  holds: (rung: number) => boolean,
): number | null {
  let low = -1;
  let high = rungs.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(rungs[middle] ?? 0)) low = middle;
    else high = middle;
  }
  return rungs[low] ?? null;
}

/** Whole units that carry `demand` when each carries `each`: at least one, never one too few. */
export function unitsFor(demand: number, each: number): number {
  return Math.max(1, Math.ceil(demand / each));
}

/** Mean of the Poisson occupancy whose `percentile` is `max`: solves c + z√c = max. */
export function meanOccupancy(max: number, percentile: number): number {
  const z = Math.max(0, normalQuantile(percentile));
  const root = (-z + Math.sqrt(z * z + 4 * max)) / 2;
  return root * root;
}
