/**
 * Loads of benchmarks that report the highest that meets their limits: MLPerf's servers.
 *
 * Such a result stands at the knee of its own system, where a little less capacity means many more requests under
 * way. It is therefore asked of the knee of the system as predicted, not of the load that was printed.
 */
import { estimate, type Coefficients, type Query } from "../core/estimate/index.ts";
import type { Interval } from "../core/interval.ts";
import type { Seconds } from "../core/units.ts";
import { searchOf, WHOLE_OUTPUT } from "./beams.ts";
import type { Quantity } from "./metric.ts";
import { isMlperf, isOnHost, type Row } from "./row.ts";
import { limitOf, servedBenchmark } from "./served-benchmark.ts";

/**
 * Batches of answers within a processor's limit, whose instances compute one to its end before the next: the one under way, one
 * before it and its own. Source: assumption, notes/070-passes-beside-products.md
 */
const BATCHES_AWAITED = 3;

/** 99th percentiles over means in the middle of 48 runs of MLPerf v4.1 that print both: 1.1 to 1.28, and 1.6 to 5.7. */
const P99_OVER_MEAN = 1.15;
const FIRST_P99_OVER_MEAN = 2;
const ROUNDS = 12;

/** The longest mean times of a server's run. */
export interface MeanLimits {
  readonly token: Seconds;
  /** To the first token; without end where it is not limited. */
  readonly first: Seconds;
}

/** Those of the row's benchmark; null where it has none. */
export function meanLimits(row: Row): MeanLimits | null {
  if (!isMlperf(row) || row.phase !== "online_serving") return null;
  const { token, first, latency } = servedBenchmark(row) ?? {};
  // Of GPT-J, which searches several answers, the whole answer is limited; its longest has WHOLE_OUTPUT tokens.
  if (searchOf(row) !== "none" && latency !== undefined) {
    const batches = isOnHost(row) ? BATCHES_AWAITED : 1;
    const each = limitOf(latency, row) / batches / (P99_OVER_MEAN * WHOLE_OUTPUT);
    return { token: each, first: Infinity };
  }
  if (token === undefined) return null;
  return {
    token: limitOf(token, row) / P99_OVER_MEAN,
    first: first === undefined ? Infinity : limitOf(first, row) / FIRST_P99_OVER_MEAN,
  };
}

/** `query` with as many requests under way as meet the limits: all that fit, or fewer. */
export function atLimit(query: Query, limits: MeanLimits, coefficients: Coefficients): Query {
  const { input, output, cached } = query.load;
  const loaded = (concurrency: number): Query => ({
    ...query,
    load: { input, output, cached, concurrency },
  });
  const most = estimate(loaded(UNLIMITED), coefficients);
  if (most.kind === "infeasible") return loaded(1);
  let low = 1;
  let high = Math.max(1, most.batch);
  const meets = (concurrency: number) => isMet(estimate(loaded(concurrency), coefficients), limits);
  if (meets(high)) return loaded(high);
  for (let round = 0; round < ROUNDS; round++) {
    const middle = Math.sqrt(low * high);
    if (meets(middle)) low = middle;
    else high = middle;
  }
  return loaded(low);
}

function isMet(answer: ReturnType<typeof estimate>, { token, first }: MeanLimits): boolean {
  return answer.kind === "estimate" && answer.tpot.p50 <= token && answer.ttft.p50 <= first;
}

/** More than any replica runs at once. */
const UNLIMITED = 100_000;

/** Of one whole answer: the bound that the row prints or its benchmark has, under which a server's rate was chosen; null where there is none. */
export function answerLimit(row: Row): Seconds | null {
  if (row.phase !== "online_serving") return null;
  const printed = Number(/\btarget latency ([\d.]+) ms/.exec(row.notes)?.[1]);
  if (printed > 0) return printed / 1e3;
  const { latency } = servedBenchmark(row) ?? {};
  return latency === undefined ? null : limitOf(latency, row);
}

/**
 * The 99th percentile of answers at the highest rate that keeps it within `limit`: the limit, or what one answer takes
 * `alone` where that is longer already. Rates are searched in steps and left a margin, so it may lie lower.
 */
export function tailAtLimit(alone: Interval, limit: Seconds): Interval {
  const p50 = Math.max(limit, alone.p50);
  const p10 = Math.max(Math.min(MARGIN * limit, p50), Math.min(alone.p10, p50));
  return { p10, p50, p90: Math.max(p50, alone.p90), basis: alone.basis };
}

/** Of the limit, what nine servers in ten reach. Source: chosen on 205 rows of MLPerf v0.5 to v5.0 that print both */
const MARGIN = 0.65;

/** The 99th percentile of a quantity over its mean; null for one that such runs do not print. */
export function percentileOverMean(quantity: Quantity): number | null {
  if (quantity === "tpot") return P99_OVER_MEAN;
  return quantity === "ttft" ? FIRST_P99_OVER_MEAN : null;
}
