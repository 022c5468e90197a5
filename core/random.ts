/**
 * Randomness as an argument: a stream made from a seed, and draws from the distributions that
 * traffic and lengths follow. The same seed gives the same draws on every machine.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { assert } from "./assert.ts";
import { power } from "./power.ts";

/** A stream of independent uniform draws in [0, 1). */
export type Random = () => number;

export function random(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Exponential with the given mean. */
export function exponential(draw: Random, mean: number): number {
  return -mean * Math.log(1 - draw());
}

/** Standard normal, by Box and Muller's first coordinate. */
export function normal(draw: Random): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** Log-normal with the given mean and coefficient of variation. */
export function lognormalDraw(draw: Random, mean: number, variation: number): number {
  const variance = Math.log(1 + variation * variation);
  return mean * Math.exp(Math.sqrt(variance) * normal(draw) - variance / 2);
}

/**
 * Gamma with the given mean and coefficient of variation.
 *
 * Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", with their
 * boost for shapes below one.
 */
export function gamma(draw: Random, mean: number, variation: number): number {
  assert(variation > 0, `gamma needs a positive variation, got ${variation}`);
  const shape = 1 / (variation * variation);
  const boost = shape < 1 ? power(1 - draw(), 1 / shape) : 1;
  return (mean / shape) * boost * standardGamma(draw, shape < 1 ? shape + 1 : shape);
}

/** Weibull with the given scale and shape: heavy-tailed below shape one. */
export function weibull(draw: Random, scale: number, shape: number): number {
  return scale * power(-Math.log(1 - draw()), 1 / shape);
}

function standardGamma(draw: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(draw);
    const root = 1 + c * x;
    const v = root * root * root;
    if (v > 0 && Math.log(1 - draw()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
