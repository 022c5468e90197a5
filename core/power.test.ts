import assert from "node:assert/strict";
import { test } from "node:test";
import { power } from "./power.ts";

test("power() is that of exact worked cases, and of nothing", () => {
  assert.equal(power(0, 3), 0);
  assert.equal(power(0, 0), 1);
  assert.equal(power(7, 0), 1);
  for (const [base, exponent, value] of [
    [2, 10, 1024],
    [9, 0.5, 3],
    [8, -1 / 3, 0.5],
  ] as const) {
    assert.ok(Math.abs(power(base, exponent) / value - 1) < 1e-14);
  }
});

test("power() has the same last bits on every Node", () => {
  assert.equal(power(1.01, 37.3), 1.4493966129447617);
});
