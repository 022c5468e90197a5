import assert from "node:assert/strict";
import { test } from "node:test";
import { lognormal, quantile } from "../interval.ts";
import { doubtOf, quotient, SHIPPED_WIDTHS, widened } from "./intervals.ts";
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

test("doubtOf() does not let an operator of 1 % decide the basis", () => {
  assert.equal(
    doubtOf([timed(99, 0.1, "calibrated"), timed(1, 1, "analytic")]).basis,
    "calibrated",
  );
});

test("widened() adds operator and system spreads as independent", () => {
  const widths = { ...SHIPPED_WIDTHS, token: { ...SHIPPED_WIDTHS.token, calibrated: 0.4 } };
  const doubt = { spread: 0.3, basis: "calibrated" } as const;
  assert.deepEqual(widened(2, doubt, { name: "token", widths }), lognormal(2, 0.5, "calibrated"));
});

test("quotient() of independent lognormals of spread 0.3 and 0.4 has spread 0.5", () => {
  const ratio = quotient(lognormal(6, 0.3, "calibrated"), lognormal(2, 0.4, "analytic"));
  const expected = lognormal(3, 0.5, "analytic");
  assert.ok(Math.abs(ratio.p10 - expected.p10) < 1e-9 && Math.abs(ratio.p90 - expected.p90) < 1e-9);
  assert.equal(quantile(ratio, 0.5), ratio.p50);
  assert.equal(ratio.basis, "analytic");
});
