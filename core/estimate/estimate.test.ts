import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Device } from "../catalogue/index.ts";
import { bf16, device, engine, load, model, placement, system } from "./fixtures/round.ts";
import {
  byBound,
  byGroup,
  type Estimate,
  estimate,
  type Load,
  type Query,
  SHIPPED,
  UNCORRECTED,
} from "./index.ts";

const query: Query = { model, system, placement, load };

/** Identities hold of physics; corrections of rates and first tokens are fitted apart. */
const PHYSICS = { ...SHIPPED, corrections: UNCORRECTED };

function answered(changed: Partial<Query> = {}): Estimate {
  const answer = estimate({ ...query, ...changed }, PHYSICS);
  assert.ok(answer.kind === "estimate", JSON.stringify(answer));
  return answer;
}

function on(changes: Partial<Device>): Partial<Query> {
  return { system: { ...system, device: { ...device, ...changes } } };
}

function under(changes: Partial<Load>): Partial<Query> {
  return { load: { ...load, ...changes } };
}

function close(actual: number, expected: number, relative = 1e-9): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${actual} ≠ ${expected}`,
  );
}

test("estimate() of one user is bounded below by reading weights once a token", () => {
  const alone = answered(under({ concurrency: 1 }));
  const floor = (2 * 7.5e9) / 4e12;
  assert.ok(alone.tpot.p50 > floor && alone.tpot.p50 < 2 * floor, `${alone.tpot.p50}`);
});

test("estimate() keeps Little's law: rate times latency is the users", () => {
  for (const concurrency of [1, 16, 100, 1000]) {
    const answer = answered(under({ concurrency }));
    const inQueue = answer.requestRate.p50 * 0.0156;
    close(answer.requestRate.p50 * answer.latency.p50 - inQueue, concurrency, 1e-3);
  }
});

test("estimate() power is devices and hosts times PUE; a token's energy is power over rate", () => {
  const answer = answered();
  close(answer.power.p50, (answer.devicePower.p50 + 300) * 1.25);
  close(answer.energyPerToken.p50, answer.power.p50 / answer.outputRate.p50);
  close(answer.carbonPerToken?.p50 ?? 0, (answer.energyPerToken.p50 * 360) / 3.6e6);
});

test("estimate() pays for whole hosts: one device of eight costs the eight", () => {
  const answer = answered();
  close(answer.costPerHour?.p50 ?? 0, 36);
  close(answer.costPerToken?.p50 ?? 0, 36 / 3600 / answer.outputRate.p50);
});

test("estimate() breakdowns by part and by resource both sum to the step", () => {
  const { decode } = answered();
  const whole = decode.reduce((sum, { operator, time }) => sum + operator.count * time, 0);
  for (const portions of [byGroup(decode), byBound(decode)]) {
    close(
      portions.reduce((sum, { time }) => sum + time, 0),
      whole,
    );
    close(
      portions.reduce((sum, { share }) => sum + share, 0),
      1,
    );
  }
});

test("estimate() with the same coefficients and more bandwidth or arithmetic is never slower", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 4, noNaN: true }),
      fc.integer({ min: 1, max: 200 }),
      (factor, concurrency) => {
        const fitted = { id: "h100-sxm" };
        const slow = answered({ ...on(fitted), ...under({ concurrency }) });
        const wide = { capacity: 100e9, bandwidth: 4e12 * factor };
        for (const better of [{ memory: wide }, { peak: { bf16: 1e15 * factor } }]) {
          const fast = answered({ ...on({ ...fitted, ...better }), ...under({ concurrency }) });
          assert.ok(fast.tpot.p50 <= slow.tpot.p50 * (1 + 1e-6));
          assert.ok(fast.outputRate.p50 >= slow.outputRate.p50 * (1 - 1e-6));
        }
      },
    ),
    { numRuns: 25 },
  );
});

test("estimate() with more users never serves less nor answers sooner", () => {
  let before = answered(under({ concurrency: 1 }));
  for (const concurrency of [2, 4, 8, 16, 32, 64, 128, 256, 512]) {
    const after = answered(under({ concurrency }));
    assert.ok(after.outputRate.p50 >= before.outputRate.p50 * 0.995, `${concurrency}`);
    assert.ok(after.ttft.p50 >= before.ttft.p50 * 0.995, `${concurrency}`);
    before = after;
  }
});

test("estimate() of 16 replicas has 16 times the rate, that power and switches, and pays for two hosts", () => {
  const one = answered();
  const many = answered({ placement: { ...placement, replicas: 16 } });
  close(many.outputRate.p50, 16 * one.outputRate.p50);
  // 48 switches of 747 W to 127 hosts of 10.2 kW
  close(many.power.p50, 16 * one.power.p50 * (1 + (48 * 747) / (127 * 10_200)));
  close(many.costPerHour?.p50 ?? 0, 72);
});

test("estimate() beyond the sequences of an engine queues: the batch stops and first tokens wait", () => {
  const few = { ...placement, engine: { ...engine, sequencesMax: 8 } };
  const full = answered({ placement: few, ...under({ concurrency: 8 }) });
  const over = answered({ placement: few, ...under({ concurrency: 24 }) });
  close(over.batch, 8, 1e-6);
  close(over.outputRate.p50, full.outputRate.p50, 1e-6);
  close(over.ttft.p50 - full.ttft.p50, 16 / full.requestRate.p50, 1e-6);
});

test("estimate() at a rate serves that rate exactly, and a rate beyond the replica is infeasible", () => {
  const open = answered(under({ rate: 5 }));
  assert.equal(open.requestRate.p10, 5);
  close(open.batch, 5 * (open.latency.p50 - 0.0156), 0.05);
  const drowned = estimate({ ...query, ...under({ rate: 1e4 }) });
  assert.ok(drowned.kind === "infeasible" && drowned.reason === "rate");
  assert.ok(drowned.available !== undefined && drowned.available < 1e4);
});

test("estimate() refuses what cannot be: memory, context, format, networks", () => {
  const reasons = [
    estimate({ ...query, ...on({ memory: { capacity: 10e9, bandwidth: 4e12 } }) }),
    estimate({ ...query, ...under({ input: { mean: 2e5, variation: 0 } }) }),
    estimate({ ...query, ...on({ peak: { int8: 1e15 } }) }),
  ].map((answer) => answer.kind === "infeasible" && answer.reason);
  assert.deepEqual(reasons, ["memory", "context", "precision"]);
});

test("estimate() with prompts found in the cache gives first tokens sooner", () => {
  const cold = answered();
  const warm = answered(under({ cached: 0.9 }));
  assert.ok(warm.ttft.p50 < cold.ttft.p50);
  assert.ok(warm.outputRate.p50 > cold.outputRate.p50);
});

test("estimate() with pools apart: decodes are not stalled, and power counts both pools", () => {
  const busy = under({ concurrency: 64 });
  const shared = answered(busy);
  const pool = { parallel: placement.parallel, replicas: 1 };
  const apart = answered({ placement: { ...placement, prefill: pool }, ...busy });
  assert.ok(apart.tpot.p50 < shared.tpot.p50);
  close(apart.power.p50, 2 * (apart.devicePower.p50 + 300) * 1.25);
  assert.ok(apart.requestRate.p50 * apart.latency.p50 > 63);
});

test("estimate() of a static batch: a longest answer holds all back", () => {
  const batch = { ...placement, engine: { ...engine, scheduler: "static" as const } };
  const even = answered({ placement: batch, ...under({ output: { mean: 200, variation: 0 } }) });
  const uneven = answered({
    placement: batch,
    ...under({ output: { mean: 200, variation: 0.5 } }),
  });
  assert.ok(uneven.outputRate.p50 < even.outputRate.p50);
  const steps = even.tpot.p50 * 199 + even.ttft.p50;
  close(even.latency.p50, steps, 1e-6);
});

test("estimate() numerics are the placement's, not the checkpoint's", () => {
  const fp32 = { name: "fp32", bits: 32 };
  const wide = { ...bf16, linear: fp32, embedding: fp32, head: fp32 };
  const answer = answered({ placement: { ...placement, numerics: wide } });
  assert.ok(answer.memory.weights > 1.9 * answered().memory.weights);
});
