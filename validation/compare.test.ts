import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, sampleQuantile, summarise } from "./compare.ts";

const pair = (measured: number, p50: number, width = 1.2) => ({
  measured,
  predicted: { p10: p50 / width, p50, p90: p50 * width },
});

test("compare() relates the error to the measured figure", () => {
  assert.deepEqual(compare(pair(2, 3)), {
    absolute: 0.5,
    logarithm: Math.log(1.5),
    covered: false,
  });
});

test("compare() covers a figure on the edge of its interval", () => {
  assert.equal(compare(pair(12, 10)).covered, true);
  assert.equal(compare(pair(12.01, 10)).covered, false);
  const predicted = { p10: 8, p50: 10, p90: 12 };
  assert.equal(compare({ measured: 8, predicted }).covered, true);
  assert.equal(compare({ measured: 7.99, predicted }).covered, false);
});

test("summarise() gives the median, the ninth decile, the bias and the coverage", () => {
  const pairs = [pair(10, 10), pair(10, 11), pair(10, 20)];
  const { count, median, p90, bias, coverage } = summarise(pairs);
  assert.equal(count, 3);
  assert.ok(Math.abs((median ?? 0) - 0.1) < 1e-12);
  assert.ok(Math.abs((p90 ?? 0) - 0.82) < 1e-12);
  assert.ok(Math.abs((bias ?? 0) - 0.1) < 1e-12);
  assert.equal(coverage, 2 / 3);
});

test("summarise() of nothing has no errors", () => {
  assert.deepEqual(summarise([]), {
    count: 0,
    median: null,
    p90: null,
    bias: null,
    coverage: null,
  });
});

test("sampleQuantile() interpolates between order statistics", () => {
  assert.equal(sampleQuantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(sampleQuantile([5], 0.9), 5);
});
