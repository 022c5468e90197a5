import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "./once.ts";

test("once() makes the value of each object when it is first asked for, and gives the same one again", () => {
  const made: object[] = [];
  const wrapped = once((from: object) => {
    made.push(from);
    return { from };
  });
  const [a, b] = [{}, {}];
  const first = wrapped(a);
  assert.equal(wrapped(b).from, b);
  assert.equal(wrapped(a), first);
  assert.deepEqual([made.length, made[0] === a, made[1] === b], [2, true, true]);
});
