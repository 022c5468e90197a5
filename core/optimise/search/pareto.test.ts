import assert from "node:assert/strict";
import { test } from "node:test";
import type { Candidate } from "./candidate.ts";
import { pareto } from "./pareto.ts";

const FILE = { name: "as shipped", end: "baseline", bytes: 100 } as unknown as Candidate;

/** Sound, that many times as fast, with one output of floats. */
function timed(name: string, bytes: number, times: number, decibels: number): Candidate {
  const errors = [{ isFloat: true, decibels }];
  const comparison = { ratio: { middle: times } };
  const verdict = { isSound: true, errors };
  return { name, end: "gain", bytes, verdict, comparison } as unknown as Candidate;
}

test("pareto() leaves out what another beats in time, size and error; the file is of no error", () => {
  const found = pareto([
    FILE,
    timed("fast", 100, 2, 60),
    timed("small", 50, 1.5, 60),
    timed("worse", 100, 1.9, 50),
  ]);
  assert.deepEqual(found, [
    { name: "fast", time: 0.5, bytes: 100, decibels: 60 },
    { name: "small", time: 1 / 1.5, bytes: 50, decibels: 60 },
    { name: "as shipped", time: 1, bytes: 100, decibels: 200 },
  ]);
});
