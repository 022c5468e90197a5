import assert from "node:assert/strict";
import { test } from "node:test";
import type { Estimate } from "../estimate/index.ts";
import { exact, lognormal } from "../interval.ts";
import { breach, confidenceOf } from "./limits.ts";
import { nearest } from "./refusals.ts";
import type { Refusal } from "./types.ts";

const estimate = {
  ttft: lognormal(0.6, 0.2, "calibrated"),
  tpot: lognormal(0.05, 0.1, "calibrated"),
  latency: exact(10, "calibrated"),
} as unknown as Estimate;

test("breach() names the limit exceeded by the largest ratio, not the first", () => {
  const broken = breach(estimate, { ttft: 0.5, tpot: 0.025, latency: 9 }, 0.5);
  assert.deepEqual(broken, { kind: "breach", limit: "tpot", allowed: 0.025, reached: 0.05 });
});

test("breach() at a higher confidence takes a worse value of the interval", () => {
  assert.equal(breach(estimate, { ttft: 0.65 }, 0.5), null);
  const broken = breach(estimate, { ttft: 0.65 }, 0.9);
  assert.ok(broken !== null && Math.abs(broken.reached - estimate.ttft.p90) < 1e-6);
});

test("confidenceOf() is the least of the limits' probabilities, and certain without limits", () => {
  assert.equal(confidenceOf(estimate, {}), 1);
  assert.ok(Math.abs(confidenceOf(estimate, { ttft: 0.6, tpot: 1 }) - 0.5) < 1e-6);
  assert.ok(Math.abs(confidenceOf(estimate, { tpot: estimate.tpot.p90 }) - 0.9) < 1e-6);
});

test("nearest() is the limit missed by the smallest ratio, or the memory where nothing runs", () => {
  const refusal = (infeasible: object): Refusal =>
    ({
      placement: { parallel: { tensor: 1, pipeline: 1, data: 1, expert: 1 } },
      infeasible,
    }) as unknown as Refusal;
  const far = refusal({ kind: "breach", limit: "tpot", allowed: 1, reached: 3 });
  const near = refusal({ kind: "breach", limit: "ttft", allowed: 1, reached: 1.2 });
  const memory = refusal({
    kind: "infeasible",
    reason: "memory",
    message: "",
    needed: 9,
    available: 6,
  });
  const unknown = refusal({ kind: "infeasible", reason: "figures", message: "" });
  assert.equal(nearest([far, unknown, memory, near]), near);
  assert.equal(nearest([far, unknown, memory]), far);
  assert.equal(nearest([unknown, memory]), memory);
  assert.equal(nearest([unknown]), null);
});
