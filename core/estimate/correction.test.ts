import assert from "node:assert/strict";
import { test } from "node:test";
import { partFactors, partNotes, UNCORRECTED } from "./correction.ts";

const slow = { intercept: Math.log(1.2), terms: {}, low: -1, high: 1 };
const corrections = {
  ...UNCORRECTED,
  parts: { ...UNCORRECTED.parts, experts: slow, exchange: slow },
};

test("partFactors() of a model without experts leaves them alone, and partNotes() says nothing of them", () => {
  const dense = partFactors(corrections, { experts: 0 });
  assert.equal(dense.experts, 1);
  assert.deepEqual(partNotes(dense), [
    "time of a step, exchanges: physics +20 %, calibrated on residuals of published figures",
  ]);
});

test("partFactors() of a model with experts corrects them as the fit says", () => {
  const { experts } = partFactors(corrections, { experts: 1 });
  assert.ok(Math.abs(experts - 1.2) < 1e-12);
});
