import assert from "node:assert/strict";
import { test } from "node:test";
import { ownTime, scatteredTime, shareInStep, timeInStep, waveTime } from "./first-token.ts";

const prompt = { added: 0.08, stall: 0.08, chunks: 2, together: 1, alone: false };
const quiet = { arrivals: 0, busy: 0, decodeStep: 0.01, tokenTime: 0.01 };

test("ownTime() is the prompt's work and a decode step for each of its chunks", () => {
  assert.equal(ownTime(prompt, 0.01), 0.1);
  assert.equal(ownTime({ ...prompt, alone: true }, 0.01), 0.08);
});

test("scatteredTime() on an idle lane is the prompt's own time", () => {
  assert.equal(scatteredTime(prompt, quiet), 0.1);
});

test("scatteredTime() waits half the step in progress, on average", () => {
  assert.ok(Math.abs(scatteredTime(prompt, { ...quiet, busy: 1 }) - 0.105) < 1e-12);
});

test("waveTime() of five at once: the mean one has two ahead", () => {
  const alone = { ...prompt, chunks: 1, alone: true };
  assert.ok(Math.abs(waveTime(alone, quiet, 5) - 0.24) < 1e-12);
});

test("timeInStep() of users that fit in one step is half the group's step; more find one in progress", () => {
  const short = { ...prompt, chunks: 1, together: 8 };
  const half = 0.01 + 0.08 * 4.5;
  assert.ok(Math.abs(timeInStep(short, quiet, 8) - half) < 1e-12);
  assert.ok(Math.abs(timeInStep(short, quiet, 32) - half * 1.75) < 1e-12);
});

test("shareInStep() is all of them at equal lengths and falls as they drift apart", () => {
  assert.equal(shareInStep(prompt, quiet, { count: 8, drift: 0 }), 1);
  assert.ok(shareInStep(prompt, quiet, { count: 8, drift: 1 }) < 1e-9);
});
