import assert from "node:assert/strict";
import { test } from "node:test";
import { batchShift } from "./correction.ts";
import { device, placement } from "./fixtures/round.ts";
import { launchTime, launchTraits } from "./launching.ts";
import type { OperatorTime } from "./types.ts";

const eager = { ...placement.engine, launch: 1e-4 };
/** Ten operators of 10 µs. */
const operators = [
  { operator: { count: 10 }, time: 1e-5, overhead: 0 },
] as unknown as readonly OperatorTime[];
const twice = { intercept: Math.log(2), terms: {}, low: -2, high: 2 };

test("launchTime() is that of a host of 2018, less by 7 % a year since, and none where graphs are replayed", () => {
  const of = (launched: string) => launchTime(eager, { ...device, launched }, operators);
  assert.ok(Math.abs(of("2018") - 1e-3) < 1e-12);
  assert.ok(Math.abs(of("2020-05") / of("2018") - Math.exp(-0.14)) < 1e-12);
  assert.equal(of("2030"), of("2024"));
  assert.equal(launchTime(placement.engine, device, operators), 0);
});

test("batchShift() leaves a batch alone that its host is ten times as long in launching", () => {
  const traits = launchTraits(eager, { ...device, launched: "2018" }, operators);
  assert.ok(Math.abs((traits["launching"] ?? 0) - Math.log(10)) < 1e-9);
  assert.equal(batchShift(twice, traits), 0);
});

test("batchShift() of a device that is slower than its host by less than the correction takes the rest", () => {
  assert.ok(Math.abs(batchShift(twice, { launching: Math.log(1.5) }) - Math.log(2 / 1.5)) < 1e-12);
  assert.ok(Math.abs(batchShift(twice, {}) - Math.log(2)) < 1e-12);
});
