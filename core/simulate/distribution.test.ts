import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tally } from "./distribution.ts";

test("tally() gives every quantile within 0.5 % of the sorted values', and mean and maximum exactly", () => {
  const values = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(values, (all) => {
      const counted = tally();
      for (const value of all) counted.add(value);
      const sorted = all.toSorted((a, b) => a - b);
      const shares = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 };
      const found = counted.distribution();
      for (const [name, share] of Object.entries(shares)) {
        const exact = sorted[Math.ceil(share * all.length) - 1] ?? 0;
        const reached = found[name as keyof typeof shares];
        assert.ok(Math.abs(reached - exact) <= 0.00501 * exact, `${name}: ${reached} for ${exact}`);
      }
      assert.equal(found.max, sorted.at(-1));
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
      assert.ok(Math.abs(found.mean - mean) <= 1e-9 * mean);
    }),
  );
});

test("tally() of two values has the smaller as its median and the larger as its p90", () => {
  const two = tally();
  two.add(1);
  two.add(100);
  const { p50, p90, p999 } = two.distribution();
  assert.ok(Math.abs(p50 - 1) < 0.006 && Math.abs(p90 - 100) < 0.6 && p999 === p90);
});

test("tally() of nothing is zero, and of zeros too", () => {
  const none = { mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
  assert.deepEqual(tally().distribution(), none);
  const zeros = tally();
  zeros.add(0);
  zeros.add(0);
  assert.deepEqual(zeros.distribution(), none);
});
