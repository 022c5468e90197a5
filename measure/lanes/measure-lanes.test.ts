import assert from "node:assert/strict";
import { test } from "node:test";
import { partBudget } from "./measure-lanes.ts";

test("partBudget() shares evenly what is left, so that what an absent part did not take is there for the others", () => {
  assert.equal(partBudget(60, { spent: 0, left: 4 }), 15);
  assert.equal(partBudget(60, { spent: 1.5, left: 3 }), 19.5);
  assert.equal(partBudget(60, { spent: 30, left: 1 }), 30);
});

test("partBudget() is a quarter of the even share at least, however long the parts before took", () => {
  assert.equal(partBudget(60, { spent: 300, left: 1 }), 15);
  assert.equal(partBudget(60, { spent: 50, left: 3 }), 5);
});
