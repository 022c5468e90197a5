import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, desks, freest, send } from "./front-end.ts";

const cost = { request: 0.005, outputToken: 50e-6 };

test("accept() lets requests that come together through one by one", () => {
  const [desk] = desks({ cost, count: 1 });
  assert.ok(desk !== undefined);
  assert.deepEqual(
    [0, 0, 0, 1].map((now) => Math.round(1e6 * accept(desk, now))),
    [5_000, 10_000, 15_000, 1_005_000],
  );
});

test("send() of fewer tokens than it could send ends with the last step's own", () => {
  const [desk] = desks({ cost, count: 1 });
  assert.ok(desk !== undefined);
  const out = send(desk, { start: 0, end: 0.1, steps: 10, tokens: 100 });
  assert.equal(Math.round(1e6 * out), 105_000);
});

test("send() of more tokens than it can send falls behind by the difference", () => {
  const [desk] = desks({ cost, count: 1 });
  assert.ok(desk !== undefined);
  const out = send(desk, { start: 0, end: 0.1, steps: 10, tokens: 400 });
  assert.equal(Math.round(1e6 * out), 210_000);
  assert.equal(Math.round(1e6 * accept(desk, 0.1)), 215_000);
});

test("freest() is the desk with the least to do; none of none", () => {
  const both = desks({ cost, count: 2 });
  const [first, second] = both;
  assert.ok(first !== undefined);
  accept(first, 0);
  assert.equal(freest(both), second);
  assert.equal(freest([]), undefined);
});
