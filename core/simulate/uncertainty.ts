/**
 * Metrics with their intervals: the run again with other draws, and with all steps faster or slower.
 *
 * What a step costs is known within the interval of the time a token takes. The run is repeated on equal draws with
 * every step at its p10 and at its p90, so that queueing answers as it does: near saturation a little slower is much
 * later. Seeds give the spread of the draws. The first token is less sure than the steps (scheduler, load generator):
 * that excess, and the draws, are added as independent errors of the logarithm.
 */
import {
  type Estimate,
  estimateLoad,
  laneCount,
  type Lengths,
  type Prepared,
} from "../estimate/index.ts";
import type { Interval } from "../interval.ts";
import { Z90 } from "../normal.ts";
import type { Tokens } from "../units.ts";
import { pacedCost } from "./paced-cost.ts";
import type { Fleet } from "./simulate.ts";
import type { Distribution, Metrics } from "./types.ts";

/** Relative widths that the estimate of the same placement gives. */
export type Widths = Pick<Estimate, "ttft" | "tpot">;

export type DistributionIntervals = Readonly<Record<keyof Distribution, Interval>>;

export interface MetricIntervals extends Readonly<
  Record<"ttft" | "tpot" | "latency" | "queueing", DistributionIntervals>
> {
  readonly requestRate: Interval;
  readonly outputRate: Interval;
  readonly goodput: Interval;
}

export interface Doubted {
  /** Of the first seed, with steps as estimated. */
  readonly metrics: Metrics;
  /** Null where the estimate refuses a load of such requests. */
  readonly intervals: MetricIntervals | null;
}

/** One of the runs: the draws it takes, and how long its steps are against the estimate. */
export interface Variant {
  readonly seed: number;
  readonly factor: number;
}

/** Runs that {@link doubted} makes for so many seeds. */
export function runCount(seeds: number): number {
  return seeds + 2;
}

/** The run of `seed`, and its intervals over `seeds` seeds from there on and the widths of its steps. */
export function doubted(
  run: (variant: Variant) => Metrics,
  {
    seed,
    seeds,
    prepared,
  }: { readonly seed: number; readonly seeds: number; readonly prepared: Prepared },
): Doubted {
  const metrics = run({ seed, factor: 1 });
  const widths = widthsAt(prepared, metrics);
  if (widths === null) return { metrics, intervals: null };
  const { tpot } = widths;
  const again = Array.from({ length: seeds - 1 }, (_, index) =>
    run({ seed: seed + index + 1, factor: 1 }),
  );
  const runs = {
    seeds: [metrics, ...again],
    fast: run({ seed, factor: tpot.p10 / tpot.p50 }),
    slow: run({ seed, factor: tpot.p90 / tpot.p50 }),
  };
  return { metrics, intervals: intervalsOf(runs, widths) };
}

/** How sure the estimate is of such requests, as many at once as there were; null where it refuses them. */
export function widthsAt(
  prepared: Prepared,
  { input, output, running }: Pick<Metrics, "input" | "output" | "running">,
): Widths | null {
  if (input < 1 || output < 1) return null;
  const alike = { input: alikeAt(input), output: alikeAt(output), cached: 0 };
  const lanes = laneCount(prepared.placement.parallel);
  const loaded = estimateLoad(prepared, { ...alike, concurrency: Math.max(1, running * lanes) });
  if (loaded.kind === "estimate") return loaded;
  const alone = estimateLoad(prepared, { ...alike, concurrency: 1 });
  return alone.kind === "estimate" ? alone : null;
}

function alikeAt(mean: Tokens): Lengths {
  return { mean, variation: 0 };
}

/** The fleet with every step, of either pool, `factor` times as long. */
export function scaledFleet(fleet: Fleet, factor: number): Fleet {
  const { prompts } = fleet;
  const own = { ...fleet, cost: pacedCost(fleet.cost, () => factor) };
  if (prompts === undefined) return own;
  const pool = { ...prompts.pool, cost: pacedCost(prompts.pool.cost, () => factor) };
  return { ...own, prompts: { ...prompts, pool } };
}

interface Runs {
  readonly seeds: readonly Metrics[];
  readonly fast: Metrics;
  readonly slow: Metrics;
}

function intervalsOf(runs: Runs, { ttft, tpot }: Widths): MetricIntervals {
  const excess = Math.sqrt(Math.max(0, logWidth(ttft) ** 2 - logWidth(tpot) ** 2));
  const { basis } = tpot;
  const of = (pick: (metrics: Metrics) => number, extra = 0) =>
    around(runs, pick, { extra, basis });
  const each = (name: "ttft" | "tpot" | "latency" | "queueing", extra = 0) => {
    const at = (statistic: keyof Distribution) => of((metrics) => metrics[name][statistic], extra);
    return {
      mean: at("mean"),
      p50: at("p50"),
      p90: at("p90"),
      p99: at("p99"),
      p999: at("p999"),
      max: at("max"),
    };
  };
  return {
    ttft: each("ttft", excess),
    tpot: each("tpot"),
    latency: each("latency"),
    queueing: each("queueing", excess),
    requestRate: of(({ requestRate }) => requestRate),
    outputRate: of(({ outputRate }) => outputRate),
    goodput: of(({ goodput }) => goodput),
  };
}

function around(
  { seeds, fast, slow }: Runs,
  pick: (metrics: Metrics) => number,
  { extra, basis }: { readonly extra: number; readonly basis: Interval["basis"] },
): Interval {
  const values = seeds.map(pick);
  const [own = 0] = values;
  const p50 = values.reduce((sum, value) => sum + value, 0) / values.length;
  const ends = [pick(fast), own, pick(slow)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const all = [...ends, ...values];
  // A wait may be nothing in one run and not in another, and nothing has no logarithm.
  if (Math.min(...all) <= 0) return { p10: Math.min(...all), p50, p90: Math.max(...all), basis };
  const drawn = Z90 * deviation(values.map((value) => Math.log(value)));
  const down = Math.hypot(Math.log(own / low), drawn, extra);
  const up = Math.hypot(Math.log(high / own), drawn, extra);
  return { p10: p50 * Math.exp(-down), p50, p90: p50 * Math.exp(up), basis };
}

function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function logWidth({ p10, p90 }: Interval): number {
  return Math.log(p90 / p10) / 2;
}
