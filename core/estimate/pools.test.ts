import assert from "node:assert/strict";
import { test } from "node:test";
import { load, model, placement, system } from "./fixtures/round.ts";
import { pooledServing } from "./pools.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { Serving } from "./serving-types.ts";
import { requestShape } from "./request-shape.ts";
import type { StepCost } from "./step-cost.ts";
import { servingTraits } from "./traits.ts";
import type { Load, System } from "./types.ts";

/** Prompts of 0.1 s, decode steps of 10 ms, whatever the sizes. */
const cost: StepCost = {
  rest: () => 0,
  attention: () => 0,
  host: () => 0,
  time: ({ segments }) => (segments[0]?.query === 1 ? 0.01 : 0.1),
  operators: () => [],
};

function pool(on: System = system): Prepared {
  const prepared = prepare({ model, system: on, placement });
  assert.ok(!("reason" in prepared));
  return { ...prepared, cost };
}

function served(under: Partial<Load>, on: System = system): Serving {
  const asked = { ...load, output: { mean: 101, variation: 5 }, ...under };
  const shape = requestShape(asked);
  const answer = pooledServing({
    decode: pool(on),
    prefill: pool(on),
    load: asked,
    shape,
    slots: 50,
  });
  assert.ok(!("reason" in answer), JSON.stringify(answer));
  return answer;
}

/** 1,000 tokens of 131,072 bytes over a link of 400 GB/s. */
const TRANSFER = 131_072_000 / 400e9;

function close(actual: number, expected: number, relative = 1e-6): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${actual} ≠ ${expected}`,
  );
}

test("pooledServing() at 5 requests a second: M/D/1 wait, prompt, and the cache over the link", () => {
  const { first, tokenTime } = served({ rate: 5 });
  close(first, 0.1 + (0.5 * 0.1) / (2 * 0.5) + TRANSFER);
  close(tokenTime, 0.01);
});

test("pooledServing() sends the cache over the network where the pools stand in different hosts", () => {
  const apart = served({ rate: 5 }, { ...system, perHost: 1 });
  close(apart.first - served({ rate: 5 }).first, 131_072_000 / 50e9 - TRANSFER, 1e-3);
});

test("pooledServing() is limited by nine tenths of its prompt workers", () => {
  const { rate, latency } = served({ concurrency: 1000 });
  close(rate, 9, 1e-3);
  close(rate * latency, 1000, 1e-2);
});

test("pooledServing() refuses a rate beyond either pool and says what there is", () => {
  const asked = { ...load, rate: 9.5 };
  const shape = requestShape(asked);
  const answer = pooledServing({ decode: pool(), prefill: pool(), load: asked, shape, slots: 500 });
  assert.ok("reason" in answer && answer.reason === "rate");
  close(answer.available ?? 0, 9);
});

test("pooledServing() of equal answers: users come as a wave, the mean one behind half of them", () => {
  const wave = served({ concurrency: 8, output: { mean: 101, variation: 0 } });
  close(wave.first, 0.1 * (1 + 7 / 2) + TRANSFER);
});

test("servingTraits() of pools apart counts the places of all workers that decode, of one replica its own", () => {
  const few = { ...placement, replicas: 8, engine: { ...placement.engine, sequencesMax: 4 } };
  const asked = { ...load, concurrency: 64 };
  const traits = (prefill: Prepared | null) =>
    servingTraits({ placement: few, traits: {}, prefill }, asked);
  assert.equal(traits(pool())["queued"], Math.log2(64 / (8 * 4)));
  assert.equal(traits(null)["queued"], Math.log2(64 / 4));
});
