import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codeOf, roundEven, scaleOfLargest, stepOfRange } from "./_codes.ts";

test("stepOfRange() of -1 to 2 is a 255th of 3, and zero is code 85", () => {
  const { scale, zero } = stepOfRange({ lower: -1, upper: 2 });
  assert.equal(scale, Math.fround(3 / 255));
  assert.equal(zero, 85);
});

test("stepOfRange() of a range without zero is widened to hold it", () => {
  assert.deepEqual(stepOfRange({ lower: 3, upper: 5.1 }), { scale: Math.fround(0.02), zero: 0 });
  assert.deepEqual(stepOfRange({ lower: -5.1, upper: -3 }), {
    scale: Math.fround(0.02),
    zero: 255,
  });
});

test("stepOfRange() of zeros alone is a step of one", () => {
  assert.deepEqual(stepOfRange({ lower: 0, upper: 0 }), { scale: 1, zero: 0 });
});

test("roundEven() rounds halves to the even neighbour", () => {
  const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5];
  assert.deepEqual(
    halves.map((value) => roundEven(value) + 0),
    [-2, -2, 0, 0, 2, 2],
  );
  assert.equal(roundEven(2.500_001), 3);
  assert.equal(roundEven(2 ** 31 - 1.25), 2 ** 31 - 1);
});

test("codeOf() is within half a step of every number of the range", () => {
  const numbers = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(numbers, numbers, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
      const [lower, upper] = [Math.min(a, b, 0), Math.max(a, b, 0)];
      const step = stepOfRange({ lower, upper });
      const value = lower + share * (upper - lower);
      const back = (codeOf(value, step, 0, 255) - step.zero) * step.scale;
      // The zero point is rounded too, so that an end of the range may lie half a step outside.
      return Math.abs(back - value) <= step.scale * 1.001;
    }),
  );
});

test("scaleOfLargest() makes the largest weight code 127", () => {
  assert.equal(codeOf(0.5, { scale: scaleOfLargest(0.5), zero: 0 }, -127, 127), 127);
  assert.equal(scaleOfLargest(12.7), Math.fround(0.1));
  assert.equal(scaleOfLargest(0), 1);
});
