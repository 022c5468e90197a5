import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS } from "./limits.ts";
import { isKept, type Measure } from "./measure.ts";
import type { Sample } from "./_rows.ts";
import { scoreMeasures } from "./scores.ts";
import { boxMeasures, embeddingMeasures, markMeasures } from "./shapes.ts";

const sample = (
  dims: readonly number[],
  wanted: readonly number[],
  got: readonly number[],
): Sample => ({ dims, wanted, got });

/** Names of the figures that are beyond their limits. */
const broken = (measures: readonly Measure[]) =>
  measures.filter((each) => !isKept(each)).map(({ name }) => name);

test("markMeasures() finds a clear yes that became a no, and lets one near a half be", () => {
  const at = (got: readonly number[]) =>
    broken(markMeasures([sample([1, 2], [0.9, 0.52], got)], LIMITS));
  assert.deepEqual(at([0.9, 0.48]), []);
  assert.deepEqual(at([0.4, 0.52]), ["clear marks"]);
});

test("embeddingMeasures() finds a direction that turned", () => {
  const at = (got: readonly number[]) =>
    broken(embeddingMeasures([sample([1, 2], [1, 0], got)], 1, LIMITS));
  assert.deepEqual(at([5, 0]), []);
  assert.deepEqual(at([1, 0.2]), ["cosine"]);
});

test("boxMeasures() finds boxes that moved, by middle and size, and by corners", () => {
  const at = (wanted: readonly number[], got: readonly number[]) =>
    broken(boxMeasures([sample([1, 1, 5], [...wanted, 0.9], [...got, 0.9])], 2, LIMITS));
  // A box of 4 by 2 around (10, 10), moved by 1: they share three of five parts.
  assert.deepEqual(at([10, 10, 4, 2], [10, 10, 4, 2]), []);
  assert.deepEqual(at([10, 10, 4, 2], [11, 10, 4, 2]), ["overlap of boxes"]);
  // Corners of 10 by 10 that moved by 1 share nine of eleven parts; as a middle and a size of 100, nearly all.
  assert.deepEqual(at([90, 90, 100, 100], [91, 90, 101, 100]), ["overlap of boxes"]);
});

test("boxMeasures() finds a box whose class changed", () => {
  const boxes = sample([1, 1, 6], [0, 0, 9, 9, 0.9, 0.1], [0, 0, 9, 9, 0.1, 0.9]);
  assert.deepEqual(broken(boxMeasures([boxes], 2, LIMITS)), ["boxes found"]);
});

test("scoreMeasures() finds shares that moved, though the answers stay", () => {
  const at = (got: readonly number[]) =>
    broken(scoreMeasures([sample([1, 2], [0.9, 0.1], got)], 1, LIMITS));
  assert.deepEqual(at([0.91, 0.09]), []);
  assert.deepEqual(at([0.7, 0.3]), ["divergence"]);
});
