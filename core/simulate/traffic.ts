/**
 * Requests drawn from a traffic description. Open arrivals are a sequence in time; in a closed loop
 * the next request exists only once an answer has ended, so lengths and gaps are drawn apart.
 */
import { assert } from "../assert.ts";
import type { Lengths } from "../estimate/index.ts";
import { normalCdf } from "../normal.ts";
import {
  exponential,
  gamma,
  lognormalDraw,
  normal,
  random,
  type Random,
  weibull,
} from "../random.ts";
import type { Seconds, Tokens } from "../units.ts";
import type { Arrival, Arrivals, LengthLaw, Piece, Traffic, Turns } from "./types.ts";

/** Lengths and gaps of one traffic, each from its own stream so that plans can be compared on equal draws. */
export interface Source {
  readonly request: (time: Seconds) => Arrival;
  /** The next turn of a conversation whose last answer ended at `now`; null where it was the last. */
  readonly turn: (last: Arrival, now: Seconds) => Arrival | null;
  /** When the next request of an open stream comes, or that of a user who has thought. */
  readonly following: (now: Seconds) => Seconds;
}

/** Errors: asserts a rate, a shape and a period above zero. */
export function source(traffic: Traffic, seed: number): Source {
  assertMoving(traffic.arrivals);
  const lengths = random(seed);
  const gaps = random(seed ^ 0x9e3779b9);
  let keys = 0;
  const { turns } = traffic;

  function fresh(before: readonly Piece[], time: Seconds): Arrival {
    const drawn = lengthsOf(traffic, lengths);
    const added = { key: ++keys, tokens: drawn.input };
    const answer = { key: ++keys, tokens: drawn.output };
    const pieces = [...before, added];
    const input = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
    return { time, input, output: answer.tokens, cached: 0, pieces, answer };
  }

  return {
    request: (time) => {
      if (turns !== undefined) return fresh(opening(turns), time);
      const { input, output } = lengthsOf(traffic, lengths);
      const cached = Math.min(input - 1, Math.round(traffic.cached * input));
      return { time, input, output, cached };
    },
    turn: (last, now) => {
      if (turns === undefined || last.answer === undefined || last.pieces === undefined)
        return null;
      const before = [...last.pieces, last.answer];
      const taken = (before.length - opening(turns).length) / 2;
      return taken >= turns.count ? null : fresh(before, now + turns.think);
    },
    following: (now) => following(traffic.arrivals, now, gaps),
  };
}

/** Gaps that are no numbers would never end. */
function assertMoving(arrivals: Arrivals): void {
  if (arrivals.kind === "closed") return;
  assert(arrivals.rate > 0, `arrivals need a rate above zero, got ${arrivals.rate}`);
  if (arrivals.kind === "weibull") assert(arrivals.shape > 0, `shape ${arrivals.shape}`);
  if (arrivals.kind === "diurnal") assert(arrivals.period > 0, `period ${arrivals.period}`);
}

/** Key of the system prompt; conversations number their own pieces from 1. */
const SHARED_KEY = 0;

function opening({ shared }: Turns): readonly Piece[] {
  return shared > 0 ? [{ key: SHARED_KEY, tokens: shared }] : [];
}

/** Lengths of a workload: log-normal about their mean where they vary. */
export function lengthLaw({ mean, variation }: Lengths): LengthLaw {
  return variation > 0 ? { kind: "lognormal", mean, variation } : { kind: "fixed", mean };
}

/** Both lengths of a request: each by its law, and together as correlated as the traffic says. */
export function lengthsOf(
  { input, output, correlation = 0 }: Pick<Traffic, "input" | "output" | "correlation">,
  draw: Random,
): { readonly input: Tokens; readonly output: Tokens } {
  if (correlation === 0) return { input: length(input, draw), output: length(output, draw) };
  const first = normal(draw);
  const second = correlation * first + Math.sqrt(1 - correlation ** 2) * normal(draw);
  return { input: lengthAt(input, first), output: lengthAt(output, second) };
}

/** The length that lies where `z` does in a standard normal distribution. */
function lengthAt(law: LengthLaw, z: number): Tokens {
  if (law.kind === "lognormal") {
    const variance = Math.log(1 + law.variation ** 2);
    return Math.max(1, Math.round(law.mean * Math.exp(Math.sqrt(variance) * z - variance / 2)));
  }
  const below = normalCdf(z);
  return length(law, () => Math.min(below, 1 - Number.EPSILON));
}

/** A length in whole tokens, at least one. */
export function length(law: LengthLaw, draw: Random): Tokens {
  switch (law.kind) {
    case "fixed":
      return Math.max(1, Math.round(law.mean));
    case "uniform":
      return Math.max(1, Math.floor(law.low + draw() * (law.high - law.low + 1)));
    case "lognormal":
      return Math.max(1, Math.round(lognormalDraw(draw, law.mean, law.variation)));
    case "exponential":
      return Math.max(1, Math.round(exponential(draw, law.mean)));
  }
}

/** Weibull's mean is scale · Γ(1 + 1/shape); the scale below gives it the mean 1/rate. */
function following(arrivals: Arrivals, now: Seconds, draw: Random): Seconds {
  switch (arrivals.kind) {
    case "closed":
      return now + arrivals.think;
    case "poisson":
      return now + exponential(draw, 1 / arrivals.rate);
    case "gamma":
      return now + gamma(draw, 1 / arrivals.rate, arrivals.variation);
    case "weibull": {
      const { rate, shape } = arrivals;
      return now + weibull(draw, 1 / (rate * gammaFunction(1 + 1 / shape)), shape);
    }
    case "diurnal":
      return swinging(arrivals, now, draw);
  }
}

/**
 * Thinning: draws at the highest rate, and keeps each with the rate's share of it at that moment.
 *
 * Source: Lewis and Shedler 1979, "Simulation of nonhomogeneous Poisson processes by thinning"
 */
function swinging(
  { rate, swing, period }: Extract<Arrivals, { kind: "diurnal" }>,
  now: Seconds,
  draw: Random,
): Seconds {
  const most = rate * (1 + swing);
  let time = now;
  for (;;) {
    time += exponential(draw, 1 / most);
    const at = rate * (1 + swing * Math.sin((2 * Math.PI * time) / period));
    if (draw() * most <= at) return time;
  }
}

/** Γ(x) for x ≥ 1. Lanczos approximation, g = 5, n = 6 (Press et al., "Numerical Recipes", 6.1): error below 2e-10. */
export function gammaFunction(x: number): number {
  const terms = [76.18009172947146, -86.5053203294168, 24.01409824083091];
  const more = [-1.231739572450155, 1.208650973866179e-3, -5.395239384953e-6];
  let series = 1.000000000190015;
  [...terms, ...more].forEach((term, i) => {
    series += term / (x + 1 + i);
  });
  const base = x + 5.5;
  return (Math.exp((x + 0.5) * Math.log(base) - base) * 2.506628274631 * series) / x;
}
