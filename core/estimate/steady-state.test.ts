import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Lane, closedLoop, inFlight, openLoop, rateMax } from "./steady-state.ts";

const prompt = { added: 0.1, stall: 0.1, chunks: 1, together: 1, alone: false };
/** Lengths vary so much that users are never in step. */
const lane: Lane = { output: 101, prompt, decode: { base: 0.01, slope: 0 }, variation: 10 };

function close(actual: number, expected: number, relative = 1e-6): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${actual} ≠ ${expected}`,
  );
}

test("closedLoop() of one user is its own prompt step and its own decodes", () => {
  const { rate, tokenTime, first } = closedLoop(lane, 1);
  close(tokenTime, 0.01);
  close(first, 0.11);
  close(rate, 1 / (0.11 + 100 * 0.01));
});

test("openLoop() of 2 requests a second, each adding 0.1 s: a token takes 10 ms / (1 − 0.2)", () => {
  const state = openLoop(lane, 2);
  assert.ok(state !== null);
  close(state.tokenTime, 0.0125);
  close(state.running, 2 * 100 * 0.0125);
});

test("openLoop() first token: half a length-biased step, the own step, the queue beyond", () => {
  const state = openLoop(lane, 2);
  assert.ok(state !== null);
  const biased = 0.0125 + (0.1 * 0.2) / (1 - 0.04);
  const turn = 0.11;
  const queue = ((2 * turn) ** 2 * turn) / (2 * (1 - 2 * turn));
  const busy = 1 - Math.exp(-(state.running + 2 * (biased / 2 + 0.11 + queue)));
  close(state.first, (busy * biased) / 2 + 0.01 + 0.1 + queue, 1e-4);
});

test("openLoop() decode steps that grow with the batch: b = X(o−1)d₀ / (1 − Xp − X(o−1)d₁)", () => {
  const growing = { ...lane, decode: { base: 0.01, slope: 0.001 } };
  const state = openLoop(growing, 2);
  assert.ok(state !== null);
  close(state.running, (2 * 100 * 0.01) / (1 - 0.2 - 0.2));
  close(state.decodeStep, 0.01 + 0.001 * state.running);
});

test("openLoop() at the rate that fills the lane is refused", () => {
  assert.equal(openLoop(lane, rateMax(lane, 1)), null);
  assert.ok(openLoop(lane, rateMax(lane, 1) * 0.999) !== null);
});

test("closedLoop() keeps Little's law: rate times first token and decoding is the loop", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 500, noNaN: true }),
      fc.double({ min: 1e-3, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1e-3, noNaN: true }),
      (loop, added, slope) => {
        const each = { ...lane, prompt: { ...prompt, added, stall: added } };
        const state = closedLoop({ ...each, decode: { base: 0.01, slope } }, loop);
        close(inFlight(state), loop, 1e-3);
        close(state.rate * (state.first + 100 * state.tokenTime), loop, 1e-3);
      },
    ),
  );
});

test("closedLoop() serves more with more users, and each waits longer", () => {
  let before = closedLoop(lane, 1);
  for (const loop of [2, 4, 8, 16, 64, 256]) {
    const state = closedLoop(lane, loop);
    assert.ok(state.rate >= before.rate * (1 - 1e-9));
    assert.ok(state.first >= before.first * (1 - 1e-9));
    before = state;
  }
});

test("closedLoop() of equal lengths with prompts alone is one wave: K prompts, then all decode", () => {
  const alone = { ...lane, prompt: { ...prompt, alone: true }, variation: 0 };
  const state = closedLoop(alone, 10);
  close(state.first, 0.1 * (1 + 9 / 2));
  close(state.tokenTime, 0.01 + (0.1 * 9) / 2 / 100);
  close(state.rate, 10 / (state.first + 100 * state.tokenTime), 1e-6);
});
