import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ladder, lastHolding, meanOccupancy, unitsFor } from "./concurrency.ts";

test("ladder() starts at 1, rises strictly, ends exactly at the maximum, and no step exceeds 19 % beyond 8", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (max) => {
      const rungs = ladder(max);
      assert.equal(rungs[0], 1);
      assert.equal(rungs.at(-1), max);
      for (let i = 1; i < rungs.length; i++) {
        const [before = 0, after = 0] = [rungs[i - 1], rungs[i]];
        assert.ok(after > before);
        if (before >= 8) assert.ok(after / before < 1.26, `${before} to ${after}`);
      }
    }),
  );
});

test("lastHolding() finds the last rung of a monotone condition, or null", () => {
  const rungs = ladder(100);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120 }), (limit) => {
      const expected = rungs.findLast((rung) => rung <= limit) ?? null;
      assert.equal(
        lastHolding(rungs, (rung) => rung <= limit),
        expected,
      );
    }),
  );
});

test("meanOccupancy() leaves a Poisson margin: 100 in flight at p90 is 87.9 on average", () => {
  assert.ok(Math.abs(meanOccupancy(100, 0.9) - 87.977) < 0.01);
  assert.equal(meanOccupancy(100, 0.5), 100);
});

test("meanOccupancy() leaves exactly the percentile's distance of a Poisson variable: c + z√c = max", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e4, noNaN: true }), (max) => {
      const mean = meanOccupancy(max, 0.95);
      assert.ok(Math.abs(mean + 1.6448536 * Math.sqrt(mean) - max) < 1e-6 * max);
    }),
  );
});

test("unitsFor() rounds up: 8.1 requests at 2 each take 5, 8 take 4, 0.1 takes 1", () => {
  assert.equal(unitsFor(8.1, 2), 5);
  assert.equal(unitsFor(8, 2), 4);
  assert.equal(unitsFor(0.1, 2), 1);
});
