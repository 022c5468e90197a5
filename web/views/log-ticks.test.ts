import assert from "node:assert/strict";
import { test } from "node:test";
import { logTicks } from "./log-ticks.ts";

test("logTicks() within a decade are many digits, over some 1, 2 and 5, over many powers of ten", () => {
  assert.deepEqual(logTicks([0.02, 0.05], 8), [0.02, 0.025, 0.03, 0.04, 0.05]);
  assert.deepEqual(logTicks([110, 40, 9], 8), [10, 20, 50, 100]);
  assert.deepEqual(logTicks([0.9, 1100], 5), [1, 10, 100, 1000]);
  assert.deepEqual(logTicks([1, 1e9], 4), [1, 1e3, 1e6, 1e9]);
  assert.deepEqual(logTicks([], 4), []);
});
