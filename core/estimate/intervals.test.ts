import assert from "node:assert/strict";
import { test } from "node:test";
import { lognormal, quantile } from "../interval.ts";
import {
  doubtOf,
  type IntervalWidths,
  quotient,
  SHIPPED_WIDTHS,
  unseenNotes,
  widened,
} from "./intervals.ts";
import type { Traits } from "./log-linear.ts";
import type { OperatorTime } from "./types.ts";

function timed(time: number, spread: number, basis: OperatorTime["basis"]): OperatorTime {
  return {
    operator: {
      name: "x",
      group: "mlp",
      count: 2,
      work: { kind: "elementwise", elements: 1 },
      flops: 1,
      read: 1,
      written: 1,
    },
    time,
    compute: time,
    memory: 0,
    link: 0,
    overhead: 0,
    bound: "compute",
    basis,
    spread,
  };
}

test("doubtOf() weighs spreads by time: 3/4 at 0.1 and 1/4 at 0.5 is 0.2", () => {
  const { spread, basis } = doubtOf([timed(3, 0.1, "calibrated"), timed(1, 0.5, "transferred")]);
  assert.ok(Math.abs(spread - 0.2) < 1e-12);
  assert.equal(basis, "transferred");
});

test("doubtOf() of many operators, none of which matters alone, rests on the weakest", () => {
  const each = Array.from({ length: 40 }, () => timed(1, 0.1, "transferred"));
  assert.equal(doubtOf(each).basis, "transferred");
});

test("doubtOf() does not let an operator of 1 % decide the basis", () => {
  assert.equal(
    doubtOf([timed(99, 0.1, "calibrated"), timed(1, 1, "analytic")]).basis,
    "calibrated",
  );
});

const widths: IntervalWidths = {
  ...SHIPPED_WIDTHS,
  announced: 2,
  names: {
    ...SHIPPED_WIDTHS.names,
    token: {
      scale: {
        intercept: Math.log(0.1),
        terms: { queued: { weight: Math.LN2, low: 0, high: 4 } },
        low: -9,
        high: 9,
      },
      reach: {
        measured: { below: 0, above: 0 },
        calibrated: { below: 1, above: 3 },
        transferred: { below: 2, above: 3 },
        analytic: { below: 2, above: 3 },
      },
      seen: ["known"],
      unseen: 1.5,
    },
  },
};

const asked = (traits: Traits, device = "known") =>
  ({ name: "token", widths, traits, device }) as const;
const upTo = (traits: Traits, device?: string) =>
  Math.log(widened(1, { basis: "calibrated" }, asked(traits, device)).p90);

test("widened() reaches one size of 0.1 down and three up", () => {
  const { p10, p50, p90 } = widened(2, { basis: "calibrated" }, asked({}));
  assert.equal(p50, 2);
  assert.ok(Math.abs(Math.log(p50 / p10) - 0.1) < 1e-12);
  assert.ok(Math.abs(Math.log(p90 / p50) - 0.3) < 1e-12);
});

test("widened() doubles with each octave that waits, and for a device nobody has measured", () => {
  assert.ok(Math.abs(upTo({ queued: 1 }) - 0.6) < 1e-12);
  assert.ok(Math.abs(upTo({ announced: 1 }) - 0.6) < 1e-12);
});

test("widened() is half as wide again for a device without figures, and no narrower for one to come", () => {
  assert.ok(Math.abs(upTo({}, "new") - 0.45) < 1e-12);
  assert.ok(Math.abs(upTo({ announced: 1 }, "new") - 0.6) < 1e-12);
});

test("unseenNotes() says how much wider, of a device to come too, and nothing of one with figures", () => {
  assert.match(unseenNotes(asked({}, "new"), widths).join(""), /1\.50 times as wide/u);
  assert.match(
    unseenNotes(asked({ announced: 1 }, "new"), widths).join(""),
    /2\.00 times as wide/u,
  );
  assert.deepEqual(unseenNotes(asked({}), widths), []);
});

test("quotient() of independent lognormals of spread 0.3 and 0.4 has spread 0.5", () => {
  const ratio = quotient(lognormal(6, 0.3, "calibrated"), lognormal(2, 0.4, "analytic"));
  const expected = lognormal(3, 0.5, "analytic");
  assert.ok(Math.abs(ratio.p10 - expected.p10) < 1e-9 && Math.abs(ratio.p90 - expected.p90) < 1e-9);
  assert.equal(quantile(ratio, 0.5), ratio.p50);
  assert.equal(ratio.basis, "analytic");
});

test("SHIPPED_WIDTHS are sums that three digits do not change: no intercept that a term must undo", () => {
  for (const [name, { scale }] of Object.entries(SHIPPED_WIDTHS.names)) {
    assert.ok(Math.abs(scale.intercept) < 10, `${name}: ${scale.intercept}`);
  }
});
