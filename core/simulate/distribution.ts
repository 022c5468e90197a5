/**
 * Quantiles of any number of values in constant memory, each within 0.5 % of the true one: counts of
 * values in buckets whose edges grow by a constant ratio. The least value that so large a share of all does not
 * exceed, as load generators count it: of two requests the p90 is the slower one.
 *
 * Written here because the library for it, @datadog/sketches-js, requires protobufjs without declaring
 * it, so that no bundler can build a page from it.
 *
 * Source: Masson, Rim and Lee 2019, "DDSketch" (VLDB 12), section 2: with edges γ^i, γ = (1 + a)/(1 − a),
 * the value 2γ^i/(γ + 1) is within a of every value of its bucket
 */
import { power } from "../power.ts";
import type { Distribution } from "./types.ts";

const RELATIVE_ACCURACY = 0.005;
const GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** Below a nanosecond a value counts as zero. */
const LEAST = 1e-9;

export interface Tally {
  /** Counts a value; negative ones, which only rounding makes, count as zero. */
  readonly add: (value: number) => void;
  readonly distribution: () => Distribution;
}

export function tally(): Tally {
  const buckets = new Map<number, number>();
  let count = 0;
  let total = 0;
  let max = 0;
  return {
    add: (value) => {
      const index = value <= LEAST ? -Infinity : Math.ceil(Math.log(value) / LOG_GAMMA);
      buckets.set(index, (buckets.get(index) ?? 0) + 1);
      count += 1;
      total += value;
      max = Math.max(max, value);
    },
    distribution: () => {
      const edges = [...buckets].toSorted(([a], [b]) => a - b);
      const at = (share: number) => Math.min(max, quantile(edges, Math.ceil(share * count) - 1));
      const [p50, p90, p99, p999] = [at(0.5), at(0.9), at(0.99), at(0.999)];
      return { mean: count === 0 ? 0 : total / count, p50, p90, p99, p999, max };
    },
  };
}

/** Value of the bucket that holds the value of this rank. */
function quantile(edges: readonly (readonly [number, number])[], rank: number): number {
  let below = 0;
  for (const [index, count] of edges) {
    below += count;
    if (below > rank) return index === -Infinity ? 0 : (2 * power(GAMMA, index)) / (GAMMA + 1);
  }
  return 0;
}
