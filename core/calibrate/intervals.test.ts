import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SHIPPED_WIDTHS } from "../estimate/index.ts";
import { coverage, fitWidths, groupedFolds, type IntervalResidual } from "./intervals.ts";

const residual = (error: number, changes: Partial<IntervalResidual> = {}): IntervalResidual => ({
  name: "token",
  basis: "calibrated",
  error,
  operators: 0,
  group: "g",
  ...changes,
});

/** Errors 0.01, 0.02, … of both signs. */
const ladder = (count: number, changes: Partial<IntervalResidual> = {}) =>
  Array.from({ length: count }, (_, index) =>
    residual(((index % 2 === 0 ? 1 : -1) * (index + 1)) / 100, changes),
  );

test("fitWidths() takes the residual of rank 0.8 (n + 1) as the edge of the interval", () => {
  const widths = fitWidths(ladder(99), SHIPPED_WIDTHS);
  assert.equal(widths.token.calibrated, Math.ceil((0.8 / 1.2815515655446004) * 1000) / 1000);
});

test("fitWidths() leaves to the system what operators do not account for", () => {
  const widths = fitWidths(ladder(99, { operators: 10 }), SHIPPED_WIDTHS);
  assert.equal(widths.token.calibrated, 0);
});

test("fitWidths() never gives a weaker basis the narrower interval", () => {
  const wide = ladder(60);
  const narrow = ladder(60, { basis: "analytic" }).map((each) => ({ ...each, error: 0.001 }));
  const { token } = fitWidths([...wide, ...narrow], SHIPPED_WIDTHS);
  assert.ok(token.analytic >= token.calibrated);
});

test("fitWidths() of a quantity without residuals is the prior's", () => {
  assert.deepEqual(fitWidths(ladder(60), SHIPPED_WIDTHS).power, SHIPPED_WIDTHS.power);
});

test("coverage() of fitted widths on their own residuals is eight in ten or a little more", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 40 }),
      (errors) => {
        const residuals = errors.map((error) => residual(error));
        const share = coverage(residuals, fitWidths(residuals, SHIPPED_WIDTHS));
        assert.ok(share >= 0.79, String(share));
      },
    ),
  );
});

test("groupedFolds() keeps groups whole and loses nothing", () => {
  const residuals = ["a", "a", "b", "c", "c", "c"].map((group) => residual(0, { group }));
  const folds = groupedFolds(residuals, 2);
  assert.equal(folds.flat().length, 6);
  for (const group of ["a", "b", "c"]) {
    assert.equal(folds.filter((fold) => fold.some((each) => each.group === group)).length, 1);
  }
});
