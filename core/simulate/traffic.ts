/**
 * Requests drawn from a traffic description. Open arrivals are a sequence in time; in a closed loop
 * the next request exists only once an answer has ended, so lengths and gaps are drawn apart.
 */
import { exponential, gamma, lognormalDraw, random, type Random, weibull } from "../random.ts";
import type { Seconds, Tokens } from "../units.ts";
import type { Arrival, Arrivals, LengthLaw, Traffic } from "./types.ts";

/** Lengths and gaps of one traffic, each from its own stream so that plans can be compared on equal draws. */
export interface Source {
  readonly request: (time: Seconds) => Arrival;
  /** Time to the next arrival of an open stream, or a user's thinking time. */
  readonly gap: () => Seconds;
}

export function source(traffic: Traffic, seed: number): Source {
  const lengths = random(seed);
  const gaps = random(seed ^ 0x9e3779b9);
  return {
    request: (time) => {
      const input = length(traffic.input, lengths);
      const output = length(traffic.output, lengths);
      return {
        time,
        input,
        output,
        cached: Math.min(input - 1, Math.round(traffic.cached * input)),
      };
    },
    gap: () => gap(traffic.arrivals, gaps),
  };
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
  }
}

/** Weibull's mean is scale · Γ(1 + 1/shape); the scale below gives it the mean 1/rate. */
function gap(arrivals: Arrivals, draw: Random): Seconds {
  switch (arrivals.kind) {
    case "closed":
      return arrivals.think;
    case "poisson":
      return exponential(draw, 1 / arrivals.rate);
    case "gamma":
      return gamma(draw, 1 / arrivals.rate, arrivals.variation);
    case "weibull":
      return weibull(
        draw,
        1 / (arrivals.rate * gammaFunction(1 + 1 / arrivals.shape)),
        arrivals.shape,
      );
  }
}

/** Γ(x) for x ≥ 1. Lanczos approximation, g = 5, n = 6 (Press et al., "Numerical Recipes", 6.1): error below 2e-10. */
export function gammaFunction(x: number): number {
  const terms = [76.18009172947146, -86.50532032941677, 24.01409824083091];
  const more = [-1.231739572450155, 1.208650973866179e-3, -5.395239384953e-6];
  let series = 1.000000000190015;
  [...terms, ...more].forEach((term, i) => {
    series += term / (x + 1 + i);
  });
  const base = x + 5.5;
  return (Math.exp((x + 0.5) * Math.log(base) - base) * 2.5066282746310005 * series) / x;
}
