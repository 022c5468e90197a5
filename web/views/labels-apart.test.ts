import assert from "node:assert/strict";
import { test } from "node:test";
import { apart } from "./labels-apart.ts";

const boxAt = (left: number, top = 0) => ({ left, top, width: 10, height: 10 });

test("apart() keeps the first of two that cover each other, and both of two that do not", () => {
  const kept = apart([0, 9, 20, 10], (left) => [boxAt(left)]);
  assert.deepEqual(
    kept.map(({ of }) => of),
    [0, 20, 10],
  );
  assert.equal(apart([0, 1], (top) => [boxAt(0, 10 * top)]).length, 2);
});

test("apart() takes the next place of a label whose first is covered by a dot or another label", () => {
  const places = (left: number) => [boxAt(left), boxAt(left, -20)];
  assert.deepEqual(apart([0, 5, 40], places, [boxAt(41)]), [
    { of: 0, place: 0 },
    { of: 5, place: 1 },
    { of: 40, place: 1 },
  ]);
});
