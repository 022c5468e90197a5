import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { exact, type Interval } from "../interval.ts";
import { paretoFront, rank, score } from "./rank.ts";
import type { Plan } from "./types.ts";

/** A plan of which only the ranked figures matter. */
function figures(id: string, cost: number | null, energy: number): Plan {
  const interval = (value: number): Interval => exact(value, "analytic");
  return {
    system: { device: { id } },
    placement: { replicas: 1, parallel: { tensor: 1, pipeline: 1, data: 1, expert: 1 } },
    estimate: {
      costPerToken: cost === null ? null : interval(cost),
      energyPerToken: interval(energy),
      latency: interval(1),
      outputRate: interval(1),
      carbonPerToken: null,
    },
  } as unknown as Plan;
}

const plans = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
    .map(([cost, energy]) => figures(`${cost}-${energy}`, cost, energy)),
  { maxLength: 30 },
);

test("rank() puts plans without a price last and loses none", () => {
  const ranked = rank([figures("a", null, 1), figures("b", 2, 1), figures("c", 1, 1)], "cost");
  assert.deepEqual(
    ranked.map(({ system }) => system.device.id),
    ["c", "b", "a"],
  );
});

test("rank() gives ties to fewer devices, then to the device's name", () => {
  const of = (id: string, replicas: number): Plan => {
    const plan = figures(id, 1, 1);
    return { ...plan, placement: { ...plan.placement, replicas } };
  };
  const ranked = rank([of("a", 2), of("c", 1), of("b", 1)], "cost");
  assert.deepEqual(
    ranked.map(({ system }) => system.device.id),
    ["b", "c", "a"],
  );
});

test("paretoFront() keeps exactly the plans that no other beats in both objectives", () => {
  fc.assert(
    fc.property(plans, (all) => {
      const front = paretoFront(all, ["cost", "energy"], score);
      const beats = (a: Plan, b: Plan) =>
        score(a, "cost") <= score(b, "cost") &&
        score(a, "energy") <= score(b, "energy") &&
        (score(a, "cost") < score(b, "cost") || score(a, "energy") < score(b, "energy"));
      for (const plan of front) assert.ok(!all.some((other) => beats(other, plan)));
      for (const plan of all) {
        const isBeaten = all.some((other) => beats(other, plan));
        const isShown = front.some(
          (shown) =>
            score(shown, "cost") === score(plan, "cost") &&
            score(shown, "energy") === score(plan, "energy"),
        );
        assert.equal(isShown, !isBeaten);
      }
    }),
  );
});

test("score() of throughput counts output a second of one device", () => {
  const one = figures("one", 1, 1);
  const four = {
    ...one,
    placement: { ...one.placement, replicas: 4 },
    estimate: { ...one.estimate, outputRate: exact(2, "analytic") },
  };
  assert.equal(score(one, "throughput"), -1);
  assert.equal(score(four, "throughput"), -0.5);
});
