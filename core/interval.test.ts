import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  exact,
  type Interval,
  lognormal,
  probabilityBelow,
  quantile,
  reciprocal,
  scale,
  sum,
  weakest,
} from "./interval.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
const interval: fc.Arbitrary<Interval> = fc
  .record({ p50: positive, spread: fc.double({ min: 0.001, max: 2, noNaN: true }) })
  .map(({ p50, spread }) => lognormal(p50, spread, "calibrated"));
const near = (a: number, b: number, relative: number) =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));

test("lognormal() with spread ln 2 / 1.2816 reaches from half to twice the median", () => {
  const x = lognormal(10, Math.log(2) / 1.2815515655446004, "analytic");
  assert.ok(near(x.p10, 5, 1e-12) && near(x.p90, 20, 1e-12));
});

test("lognormal() refuses a negative spread", () => {
  assert.throws(() => lognormal(1, -0.1, "analytic"), /spread must not be negative/);
});

test("sum() adds end to end and keeps the weakest basis", () => {
  const total = sum([lognormal(1, 0.1, "measured"), exact(2, "transferred")]);
  assert.equal(total.p50, 3);
  assert.equal(total.basis, "transferred");
  assert.ok(total.p10 < 3 && total.p90 > 3);
});

test("weakest() of nothing is measured, and of several the last in the order of trust", () => {
  assert.equal(weakest([]), "measured");
  assert.equal(weakest(["calibrated", "analytic", "measured"]), "analytic");
});

test("reciprocal() changes the ends' places and undoes itself", () => {
  fc.assert(
    fc.property(interval, (x) => {
      const back = reciprocal(reciprocal(x));
      assert.ok(near(back.p10, x.p10, 1e-9) && near(back.p90, x.p90, 1e-9));
      assert.ok(reciprocal(x).p10 <= reciprocal(x).p90);
    }),
  );
});

test("scale() of an interval scales all three, and refuses to turn it over", () => {
  assert.deepEqual(scale(exact(3, "measured"), 2), exact(6, "measured"));
  assert.throws(() => scale(exact(3, "measured"), -1), /must not be negative/);
});

test("quantile() gives the three printed figures back", () => {
  fc.assert(
    fc.property(interval, (x) => {
      assert.ok(near(quantile(x, 0.1), x.p10, 1e-5));
      assert.equal(quantile(x, 0.5), x.p50);
      assert.ok(near(quantile(x, 0.9), x.p90, 1e-5));
    }),
  );
});

test("probabilityBelow() undoes quantile(), also for a skewed interval", () => {
  const skewed: Interval = { p10: 8, p50: 10, p90: 20, basis: "calibrated" };
  for (const probability of [0.05, 0.3, 0.5, 0.7, 0.95]) {
    assert.ok(near(probabilityBelow(skewed, quantile(skewed, probability)), probability, 1e-4));
  }
});

test("probabilityBelow() of a certain quantity is 0 or 1", () => {
  assert.equal(probabilityBelow(exact(2, "measured"), 1.9), 0);
  assert.equal(probabilityBelow(exact(2, "measured"), 2), 1);
});

test("normalCdf() agrees with printed tables: 0.8413447 at 1, 0.9750021 at 1.96", () => {
  assert.ok(Math.abs(normalCdf(1) - 0.8413447) < 1e-7);
  assert.ok(Math.abs(normalCdf(-1.96) - 0.0249979) < 1e-7);
  assert.ok(Math.abs(normalQuantile(0.9) - 1.2815516) < 1e-6);
});
