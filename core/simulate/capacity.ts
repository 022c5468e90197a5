/**
 * The most a service sustains, and the least that sustains a demand, by bisection on the simulation.
 *
 * All trials take equal draws (one seed), so that two rates differ by the rate alone. Whether a rate
 * holds is asked as if it were monotone: the answer is a rate that held, below the lowest one found
 * that did not. The number of runs is bounded.
 */
import { assert } from "../assert.ts";
import type { Fraction, RequestsPerSecond } from "../units.ts";
import type { Metrics } from "./types.ts";

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

/** Whether `share` of the requests kept their limits and the queue did not grow without end. */
export function sustains(metrics: Metrics, share: Fraction): boolean {
  const { good, state, cut, measured, refused } = metrics;
  return measured > 0 && refused === 0 && cut === null && state !== "overloaded" && good >= share;
}

/** Rates that differ by less than this ratio are one. */
const RATE_RESOLUTION = 1.01;
/** Doublings away from the guess: a factor of a million either way. */
const DOUBLINGS_MAX = 20;

/**
 * The largest rate that {@link sustains}, within a hundredth; `at` runs one. Up to 20 doublings from
 * `guess` and 7 halvings of the gap.
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
