/**
 * The most a service sustains, and the least that sustains a demand, by bisection on the simulation.
 *
 * All trials take equal draws (one seed), so that two rates differ by the rate alone. Whether a rate holds is asked as if it were
 * monotone: the answer is a rate that held, below the lowest one found that did not. The number of runs is bounded.
 *
 * A run that ends before its requests do shows a service that fills, which any rate leaves within its
 * limits: so runs last many times as long as a request, and a service too wide for that is simulated in part.
 */
import { assert } from "../assert.ts";
import type { Fraction, RequestsPerSecond } from "../units.ts";
import type { Fleet } from "./simulate.ts";
import type { Metrics, Traffic } from "./types.ts";

/** One run of a search: what was tried, what came out, and whether it was enough. */
export interface Trial {
  readonly value: number;
  readonly metrics: Metrics;
  readonly holds: boolean;
}

export interface Capacity {
  /** The trial that answers; null where nothing that was tried held. */
  readonly best: Trial | null;
  /** In the order in which they were made. */
  readonly trials: readonly Trial[];
}

/** Whether `share` of the requests, refused ones included, kept their limits and the queue did not grow without end. */
export function sustains({ good, state, cut, measured }: Metrics, share: Fraction): boolean {
  return measured > 0 && cut === null && state !== "overloaded" && good >= share;
}

/** Requests of a run, and the first of them that are left out. */
export type Length = Pick<Traffic, "requests" | "warmup">;

/** Mean times of a request that a run lasts, and those of them until a service is as full as it stays. */
export const SETTLED_AFTER = 32;
const FILLED_AFTER = 4;
const REQUESTS_MAX = 1e6;

/**
 * A run of an open stream at `rate` that lasts long enough to show a service as full as it stays: of
 * `least`, or longer where that is over too soon. One that is overloaded already is none the better for it.
 */
export function settled(
  run: (length: Length) => Metrics,
  rate: RequestsPerSecond,
  least: Length,
): Metrics {
  for (let length = least; ;) {
    const metrics = run(length);
    const inFlight = rate * metrics.latency.mean;
    const needed = Math.ceil(SETTLED_AFTER * inFlight);
    const requests = Math.min(REQUESTS_MAX, needed);
    const isOver = metrics.state === "overloaded" || metrics.cut !== null;
    if (isOver || requests <= length.requests) return metrics;
    const warmup = Math.max(least.warmup, Math.ceil(FILLED_AFTER * inFlight));
    length = { requests, warmup: Math.min(warmup, requests - 1) };
  }
}

/** Copies that a service behind one router is simulated with; what one sees depends little on more of them. */
export const COPIES_MAX = 8;

/** So many copies of a service, or `most` of them at their share of the demand; rates are those of all. */
export function inPart(
  copies: number,
  most: number,
  at: (copies: number, share: Fraction) => Metrics,
): Metrics {
  const shown = Math.min(copies, most);
  const metrics = at(shown, shown / copies);
  const whole = (rate: number) => (rate * copies) / shown;
  const { requestRate, outputRate, goodput } = metrics;
  return {
    ...metrics,
    requestRate: whole(requestRate),
    outputRate: whole(outputRate),
    goodput: whole(goodput),
  };
}

/** The fleet with so many times the lanes, of either pool. */
export function resized(fleet: Fleet, times: number): Fleet {
  const lanes = (count: number) => Math.max(1, Math.round(count * times));
  const { prompts } = fleet;
  const own = { ...fleet, lanes: lanes(fleet.lanes) };
  if (prompts === undefined) return own;
  const pool = { ...prompts.pool, lanes: lanes(prompts.pool.lanes) };
  return { ...own, prompts: { ...prompts, pool } };
}

/** Rates that differ by less than this ratio are one. */
const RATE_RESOLUTION = 1.01;
/** Doublings away from the guess: a factor of a million either way. */
const DOUBLINGS_MAX = 20;

/**
 * The largest rate that {@link sustains}, within a hundredth; `at` runs one. Up to 20 doublings from `guess` and 7 halvings of the gap.
 */
export function largestRate(
  at: (rate: RequestsPerSecond) => Metrics,
  { guess, share }: { readonly guess: RequestsPerSecond; readonly share: Fraction },
): Capacity {
  assert(guess > 0, `a guess of the rate is positive, got ${guess}`);
  const { trials, holds } = searching(at, share);
  const isUp = holds(guess);
  let [low, high] = [guess, guess];
  for (let doublings = 0; doublings < DOUBLINGS_MAX; doublings += 1) {
    if (isUp) high *= 2;
    else low /= 2;
    const outer = isUp ? high : low;
    if (holds(outer) !== isUp) break;
    [low, high] = [outer, outer];
  }
  while (high / low > RATE_RESOLUTION) {
    const middle = Math.sqrt(low * high);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return { best: trials.findLast(({ value, holds }) => holds && value === low) ?? null, trials };
}

/**
 * The fewest replicas, up to `most`, that {@link sustains}; `at` runs so many of them. Looks away from
 * the guess in steps that double, then halves the gap.
 */
export function fewestReplicas(
  at: (replicas: number) => Metrics,
  {
    guess,
    share,
    most,
  }: { readonly guess: number; readonly share: Fraction; readonly most: number },
): Capacity {
  const { trials, holds } = searching(at, share);
  const first = Math.min(most, Math.max(1, Math.round(guess)));
  let [low, high] = [0, most + 1];
  for (let [next, step] = [first, 1]; next > low && next < high; step *= 2) {
    const isEnough = holds(next);
    if (isEnough) high = next;
    else low = next;
    if (isEnough !== (trials[0]?.holds ?? false)) break;
    next = isEnough ? Math.max(1, next - step) : Math.min(most, next + step);
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return { best: trials.findLast(({ value }) => value === high) ?? null, trials };
}

function searching(
  at: (value: number) => Metrics,
  share: Fraction,
): { readonly trials: readonly Trial[]; readonly holds: (value: number) => boolean } {
  const trials: Trial[] = [];
  const holds = (value: number) => {
    const metrics = at(value);
    const trial = { value, metrics, holds: sustains(metrics, share) };
    trials.push(trial);
    return trial.holds;
  };
  return { trials, holds };
}
