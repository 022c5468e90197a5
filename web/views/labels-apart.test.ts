import assert from "node:assert/strict";
import { test } from "node:test";
import { apart } from "./labels-apart.ts";

test("apart() keeps the first of two that cover each other, and both of two that do not", () => {
  const boxAt = (left: number) => ({ left, top: 0, width: 10, height: 10 });
  assert.deepEqual(apart([0, 9, 20, 10], boxAt), [0, 20, 10]);
  assert.deepEqual(
    apart([0, 1], (top) => ({ ...boxAt(0), top: 10 * top })),
    [0, 1],
  );
});
