/**
 * What a machine's times of two models say, and when that is a win.
 *
 * Times of a shared machine drift and have spikes, so the models take turns within short blocks, each block gives one
 * quotient, and what is said of the quotients (a median, a bootstrap) does not follow a few wild ones.
 */
import { random } from "../random.ts";
import type { Seconds } from "../units.ts";
import type { Comparison, Ratio, Timing } from "./runner.ts";

/** Least gain that is worth a claim, beyond what noise explains. */
const GAIN_MIN = 0.03;
/** Fewer blocks say nothing of how far quotients scatter. */
const BLOCKS_MIN = 4;

/**
 * Whether `after` is faster than `before`, beyond doubt: its whole interval by more than 3 %, and beyond what
 * the control (a model against itself) shows in either direction.
 *
 * "cpu" asks the same of processor time, which at one thread is what the wall shows on a machine that has nothing
 * else to do, and which other load disturbs less.
 */
export function isFaster(comparison: Comparison, clock: "wall" | "cpu" = "wall"): boolean {
  const { ratio, control } =
    clock === "wall" ? comparison : { ratio: comparison.cpuRatio, control: comparison.cpuControl };
  const noise = Math.max(control.upper, 1 / control.lower);
  return comparison.blocks >= BLOCKS_MIN && ratio.lower > Math.max(1 + GAIN_MIN, noise);
}

/** Draws of a bootstrap: the ends of its interval move by less than 0.1 of its width between seeds. */
const DRAWS = 1000;
const TAIL = 0.025;

type Pair = readonly [before: Seconds, after: Seconds];

/**
 * Middle of the quotients of pairs, and an interval of 95 % for it: what medians come to when rounds, and pairs
 * within them, are drawn anew with replacement.
 *
 * Pairs of a round come from the same sessions, and a session keeps its luck with where its memory lies: of models
 * of 0.1 ms two differ by 5 % for as long as they live. Rounds are what varies, so rounds are what is drawn.
 *
 * Source: Efron and Tibshirani 1993, "An introduction to the bootstrap", section 13.3, the percentile interval;
 * Davison and Hinkley 1997, "Bootstrap methods and their application", section 3.8, hierarchical data
 */
export function pairedRatio(rounds: readonly (readonly Pair[])[], seed = 1): Ratio {
  const quotients = rounds.map((pairs) => pairs.map(([before, after]) => before / after));
  const draw = random(seed);
  const drawn = <T>(items: readonly T[]): readonly T[] =>
    items.map(() => items[Math.floor(draw() * items.length)] as T);
  const medians = Array.from({ length: DRAWS }, () =>
    sampleMedian(drawn(quotients).flatMap(drawn)),
  );
  return {
    lower: sampleShare(medians, TAIL),
    middle: sampleMedian(quotients.flat()),
    upper: sampleShare(medians, 1 - TAIL),
  };
}

/** Times of runs, in the order they were taken, as one timing; `cpu` is of one run. */
export function timingOf(
  times: readonly Seconds[],
  { cpu, bytesResident }: Pick<Timing, "cpu" | "bytesResident">,
): Timing {
  return {
    median: sampleMedian(times),
    p95: sampleShare(times, 0.95),
    p99: sampleShare(times, 0.99),
    least: sampleShare(times, 0),
    cpu,
    runs: times.length,
    bytesResident,
  };
}

const SETTLED_RUNS = 5;
const SETTLED_CHANGE = 0.02;

/** Whether runs have warmed up: the last five are in their middle as fast as the five before. */
export function isSettled(times: readonly Seconds[]): boolean {
  if (times.length < 2 * SETTLED_RUNS) return false;
  const last = sampleMedian(times.slice(-SETTLED_RUNS));
  const before = sampleMedian(times.slice(-2 * SETTLED_RUNS, -SETTLED_RUNS));
  return Math.abs(last / before - 1) <= SETTLED_CHANGE;
}

export function sampleMedian(values: readonly number[]): number {
  return sampleShare(values, 0.5);
}

/** The value that a share of `values` is below, between neighbours where it falls between; NaN of none. */
export function sampleShare(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
