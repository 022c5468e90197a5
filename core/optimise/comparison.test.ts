import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { normal, random } from "../random.ts";
import {
  isFaster,
  isSettled,
  pairedRatio,
  sampleMedian,
  sampleShare,
  timingOf,
} from "./comparison.ts";
import type { Comparison, Ratio } from "./runner.ts";

const TIMING = timingOf([1], { cpu: 1, bytesResident: 1 });

function ratio(lower: number, middle: number, upper: number): Ratio {
  return { lower, middle, upper };
}

const QUIET = ratio(0.99, 1, 1.01);

function comparison(given: Partial<Comparison>): Comparison {
  return {
    before: TIMING,
    after: TIMING,
    ratio: QUIET,
    cpuRatio: QUIET,
    control: QUIET,
    cpuControl: QUIET,
    blocks: 60,
    pressure: 0,
    ...given,
  };
}

test("isFaster() of an interval above 3 % and above the control's is true", () => {
  assert.equal(isFaster(comparison({ ratio: ratio(1.04, 1.2, 1.3) })), true);
});

test("isFaster() of an interval that reaches down to 3 % is false", () => {
  assert.equal(isFaster(comparison({ ratio: ratio(1.03, 1.2, 1.3) })), false);
});

test("isFaster() within what a model against itself shows is false, whichever way that went", () => {
  const won = ratio(1.1, 1.2, 1.3);
  assert.equal(isFaster(comparison({ ratio: won, control: ratio(0.9, 1, 1.15) })), false);
  assert.equal(isFaster(comparison({ ratio: won, control: ratio(0.8, 0.9, 1) })), false);
});

test("isFaster() of three blocks is false: they show no scatter", () => {
  assert.equal(isFaster(comparison({ ratio: ratio(2, 2, 2), blocks: 3 })), false);
});

test("isFaster() by processor time asks for its ratio and its control", () => {
  const cpuRatio = ratio(1.1, 1.2, 1.3);
  assert.equal(isFaster(comparison({ cpuRatio })), false);
  assert.equal(isFaster(comparison({ cpuRatio }), "cpu"), true);
  assert.equal(isFaster(comparison({ cpuRatio, cpuControl: ratio(1, 1.1, 1.2) }), "cpu"), false);
});

test("pairedRatio() of pairs that agree is their quotient, without width", () => {
  const pairs = [1, 2, 3].map((time) => [time, time / 2] as const);
  assert.deepEqual(pairedRatio([pairs, pairs]), ratio(2, 2, 2));
});

test("pairedRatio() doubles where the second takes half the time", () => {
  const pair = fc.tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.constant(1));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 20 }), (pairs) => {
      const once = pairedRatio([pairs]);
      const twice = pairedRatio([pairs.map(([before, after]) => [before, after / 2] as const)]);
      assert.ok(once.lower <= once.middle && once.middle <= once.upper);
      assert.equal(twice.middle, 2 * once.middle);
      assert.equal(twice.lower, 2 * once.lower);
    }),
    { numRuns: 20 },
  );
});

/** Times that scatter by a tenth, with a spike in every tenth. */
function noisy(time: number, draw: () => number): number {
  return time * Math.exp(0.1 * normal(draw)) * (draw() < 0.1 ? 3 : 1);
}

/** How many of 100 intervals hold 1.3, where sessions of a round are off by `luck`. */
function holding(luck: number, rounds: number, blocks: number): number {
  const draw = random(7);
  return Array.from({ length: 100 }, () => {
    const { lower, upper } = pairedRatio(
      Array.from({ length: rounds }, () => {
        const off = Math.exp(luck * normal(draw));
        return Array.from(
          { length: blocks },
          () => [noisy(1.3 * off, draw), noisy(1, draw)] as const,
        );
      }),
    );
    return lower <= 1.3 && 1.3 <= upper;
  }).filter(Boolean).length;
}

test("pairedRatio() holds the true ratio within its interval 95 times of 100, spikes and all", () => {
  const held = holding(0, 6, 8);
  assert.ok(held >= 90 && held < 100, `${held} of 100`);
});

test("pairedRatio() does so where sessions keep their luck for a round", () => {
  const held = holding(0.1, 8, 8);
  assert.ok(held >= 85 && held < 100, `${held} of 100`);
});

test("timingOf() of 1 to 5 s has its middle at 3, and its shares between neighbours", () => {
  const timing = timingOf([3, 1, 2, 5, 4], { cpu: 2, bytesResident: 10 });
  assert.deepEqual(timing, {
    median: 3,
    p95: 4.8,
    p99: 4.96,
    least: 1,
    cpu: 2,
    runs: 5,
    bytesResident: 10,
  });
});

test("isSettled() asks for ten runs whose halves agree to 2 %", () => {
  const flat = Array.from({ length: 9 }, () => 1);
  assert.equal(isSettled(flat), false);
  assert.equal(isSettled([...flat, 9]), true);
  assert.equal(isSettled([9, 9, 9, 1.03, 1.03, 1, 1, 1, 1, 1]), false);
});

test("sampleMedian() of an even count lies between the two in the middle; of none it is no number", () => {
  assert.equal(sampleMedian([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(sampleMedian([])));
  assert.equal(sampleShare([10, 20], 0.25), 12.5);
});
