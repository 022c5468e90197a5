import assert from "node:assert/strict";
import { test } from "node:test";
import {
  exponential,
  gamma,
  lognormalDraw,
  normal,
  random,
  type Random,
  weibull,
} from "./random.ts";

const DRAWS = 40_000;

function moments(draws: (draw: Random) => number): {
  readonly mean: number;
  readonly variation: number;
} {
  const draw = random(7);
  const values = Array.from({ length: DRAWS }, () => draws(draw));
  const mean = values.reduce((total, value) => total + value, 0) / DRAWS;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / DRAWS;
  return { mean, variation: Math.sqrt(variance) / Math.abs(mean) };
}

const near = (a: number, b: number, relative: number) => Math.abs(a - b) <= relative * Math.abs(b);

test("random() with the same seed gives the same stream, with another seed another", () => {
  const take = (seed: number) => Array.from({ length: 5 }, random(seed));
  assert.deepEqual(take(1), take(1));
  assert.notDeepEqual(take(1), take(2));
});

const distributions = [
  { name: "exponential()", draws: (d: Random) => exponential(d, 3), mean: 3, variation: 1 },
  {
    name: "lognormalDraw()",
    draws: (d: Random) => lognormalDraw(d, 500, 0.6),
    mean: 500,
    variation: 0.6,
  },
  {
    name: "gamma() of shape above one",
    draws: (d: Random) => gamma(d, 2, 0.5),
    mean: 2,
    variation: 0.5,
  },
  {
    name: "gamma() of shape below one",
    draws: (d: Random) => gamma(d, 2, 2),
    mean: 2,
    variation: 2,
  },
  {
    name: "weibull() of shape one is exponential,",
    draws: (d: Random) => weibull(d, 4, 1),
    mean: 4,
    variation: 1,
  },
];

for (const { name, draws, mean, variation } of distributions) {
  test(`${name} has the mean and variation it is asked for, within 4 %`, () => {
    const found = moments(draws);
    assert.ok(near(found.mean, mean, 0.04), `mean ${found.mean}`);
    assert.ok(near(found.variation, variation, 0.06), `variation ${found.variation}`);
  });
}

test("normal() has mean 0 and variance 1", () => {
  const shifted = moments((d) => normal(d) + 10);
  assert.ok(near(shifted.mean, 10, 0.002) && near(shifted.variation, 0.1, 0.03));
});

test("gamma() refuses a variation of zero", () => {
  assert.throws(() => gamma(random(1), 1, 0), /positive variation/);
});
