import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { StepCost } from "../estimate/index.ts";
import type { Job } from "./job.ts";
import { trafficFeed } from "./feed.ts";
import { run } from "./run.ts";
import { simulate } from "./simulate.ts";
import type { Policy, Traffic } from "./types.ts";
import { steady, VLLM } from "./fixtures/steady.ts";

/** A device that takes a millisecond a token and nothing else. */
const perToken: StepCost = { ...steady(0), rest: ({ tokens }) => tokens * 1e-3 };

const perStep = steady(10e-3);

/** One request at a time: the queue of textbooks. */
const single: Policy = {
  ...VLLM,
  chunked: false,
  sequencesMax: 1,
  stepTokensMax: 1e9,
  cacheTokens: 1e9,
};

test("simulate() with a front end lets a burst in one by one, and adds what each prompt token takes", () => {
  const traffic: Traffic = {
    arrivals: { kind: "closed", users: 4, think: 0 },
    input: { kind: "fixed", mean: 100 },
    output: { kind: "fixed", mean: 1 },
    cached: 0,
    requests: 4,
    warmup: 0,
  };
  const ideal = { ...perStep, rest: () => 1e-9 };
  const service = { cost: ideal, policy: VLLM, lanes: 1, overhead: 0.001, traffic, seed: 1 };
  const { ttft } = simulate({
    ...service,
    promptToken: 10e-6,
    frontEnd: { cost: { request: 0.01, outputToken: 0 }, count: 1 },
  });
  assert.ok(Math.abs(ttft.mean - (0.001 + 0.001 + 0.025)) < 1e-4, String(ttft.mean));
});

test("simulate() cannot send more tokens than its front end sends", () => {
  const traffic = closed(50, 200);
  const service = { cost: perStep, policy: VLLM, lanes: 1, overhead: 0, traffic, seed: 1 };
  const free = simulate(service);
  const slow = simulate({
    ...service,
    frontEnd: { cost: { request: 0, outputToken: 1e-3 }, count: 1 },
  });
  assert.ok(free.outputRate > 2000);
  assert.ok(slow.outputRate < 1000);
});

function open(rate: number, requests: number, input: Traffic["input"]): Traffic {
  return {
    arrivals: { kind: "poisson", rate },
    input,
    output: { kind: "fixed", mean: 1 },
    cached: 0,
    requests,
    warmup: 500,
  };
}

function closed(users: number, requests: number): Traffic {
  return {
    arrivals: { kind: "closed", users, think: 0 },
    input: { kind: "uniform", low: 80, high: 100 },
    output: { kind: "uniform", low: 40, high: 50 },
    cached: 0,
    requests,
    warmup: users,
  };
}

/** Mean wait of one request after another, over four seeds. */
function meanWait(rate: number, input: Traffic["input"]): number {
  const waits = [1, 2, 3, 4].map((seed) => {
    const traffic = open(rate, 60_000, input);
    const service = { cost: perToken, policy: single, lanes: 1, traffic, seed, overhead: 0 };
    return simulate(service).queueing.mean;
  });
  return waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
}

for (const load of [0.3, 0.6, 0.8]) {
  test(`simulate() waits as M/D/1 does at a load of ${load}: ρs / 2(1 − ρ), within 2 % over four seeds`, () => {
    const service = 0.1;
    const expected = (load * service) / (2 * (1 - load));
    const wait = meanWait(load / service, { kind: "fixed", mean: 100 });
    assert.ok(Math.abs(wait / expected - 1) < 0.02, `${wait} against ${expected}`);
  });
}

for (const variation of [0.5, 1, 1.5]) {
  test(`simulate() waits as M/G/1 does (Pollaczek and Khinchine) for log-normal service of variation ${variation}, within 4 %`, () => {
    const [rate, service] = [5, 0.1];
    const expected = (rate * service ** 2 * (1 + variation ** 2)) / (2 * (1 - rate * service));
    const wait = meanWait(rate, { kind: "lognormal", mean: 100, variation });
    assert.ok(Math.abs(wait / expected - 1) < 0.04, `${wait} against ${expected}`);
  });
}

test("simulate() of 10 ms steps gives a TPOT of 10 ms and Little's law holds", () => {
  const metrics = simulate({
    cost: perStep,
    policy: VLLM,
    lanes: 1,
    traffic: closed(8, 4000),
    seed: 1,
    overhead: 0,
  });
  assert.ok(Math.abs(metrics.tpot.mean - 10e-3) < 1e-9);
  const inFlight = metrics.requestRate * metrics.latency.mean;
  assert.ok(Math.abs(inFlight - 8) < 0.05, `${inFlight} in flight`);
});

test("simulate() with the same seed gives the same bytes, with another seed others", () => {
  const once = (seed: number) =>
    JSON.stringify(
      simulate({
        cost: perToken,
        policy: VLLM,
        lanes: 2,
        traffic: closed(9, 500),
        seed,
        overhead: 0,
      }),
    );
  assert.equal(once(4), once(4));
  assert.notEqual(once(4), once(5));
});

test("run() keeps every request: sent = ended + refused, each after its arrival, whatever the policy and cache", () => {
  const policies = fc.record({
    chunked: fc.boolean(),
    mixed: fc.boolean(),
    reserve: fc.constantFrom("prompt" as const, "whole" as const),
    drained: fc.boolean(),
    stepTokensMax: fc.integer({ min: 64, max: 4096 }),
    sequencesMax: fc.integer({ min: 1, max: 32 }),
    block: fc.constantFrom(1, 16, 32),
    cacheTokens: fc.integer({ min: 100, max: 3000 }),
  });
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 40 }), fc.nat(1000), (policy, users, seed) => {
      const counted = { ended: 0, refused: 0 };
      const ids = new Set<number>();
      const observer = {
        ended: (job: Job, now: number) => {
          counted.ended += 1;
          ids.add(job.id);
          assert.ok(
            job.arrival.time <= job.admitted && job.admitted <= job.first && job.first <= now,
          );
        },
        refused: () => {
          counted.refused += 1;
        },
        stepped: (step: { cacheTokens: number; running: number }) => {
          assert.ok(step.running <= policy.sequencesMax);
          assert.ok(step.cacheTokens >= 0);
        },
      };
      const pool = { cost: perToken, policy, lanes: 2 };
      const feed = trafficFeed(closed(users, 120), seed);
      run({ pool, feed, router: "least-loaded", waitingMax: Infinity, eventsMax: 1e6 }, observer);
      assert.equal(counted.ended + counted.refused, 120);
      assert.equal(ids.size, counted.ended);
    }),
    { numRuns: 60 },
  );
});

test("simulate() preempts and recomputes when answers outgrow the cache, and still ends", () => {
  const tight = { ...VLLM, cacheTokens: 1000 };
  const metrics = simulate({
    cost: perToken,
    policy: tight,
    lanes: 1,
    traffic: closed(30, 300),
    seed: 2,
    overhead: 0,
  });
  assert.ok(metrics.preemptions > 0);
  assert.equal(metrics.measured, 270);
});

test("simulate() refuses requests longer than the whole cache instead of waiting for ever", () => {
  const tiny = { ...VLLM, cacheTokens: 50 };
  const metrics = simulate({
    cost: perToken,
    policy: tiny,
    lanes: 1,
    traffic: closed(4, 40),
    seed: 2,
    overhead: 0,
  });
  assert.equal(metrics.refused, 40);
});

test("simulate() calls arrivals beyond capacity overloaded, and light ones stable", () => {
  const state = (rate: number) =>
    simulate({
      cost: perToken,
      policy: single,
      lanes: 1,
      traffic: open(rate, 5000, { kind: "fixed", mean: 100 }),
      seed: 1,
      overhead: 0,
    }).state;
  assert.equal(state(0.5), "stable");
  assert.equal(state(15), "overloaded");
});

test("simulate() counts the cache in use of each lane against its own, however many there are", () => {
  const held = (lanes: number) => {
    const { occupancy } = simulate({
      cost: perStep,
      policy: { ...VLLM, cacheTokens: 2000 },
      lanes,
      traffic: closed(8 * lanes, 800 * lanes),
      seed: 1,
      overhead: 0,
    });
    return occupancy;
  };
  // Eight of 90 tokens of prompt, and 23 of an answer on average.
  assert.ok(Math.abs(held(1) - (8 * 120) / 2000) < 0.05, `${held(1)}`);
  assert.ok(Math.abs(held(4) / held(1) - 1) < 0.02, `${held(4)}`);
});

test("simulate() counts a request refused after the warm-up as one that missed its limits", () => {
  const metrics = simulate({
    cost: perStep,
    policy: { ...VLLM, contextMax: 140 },
    lanes: 1,
    traffic: { ...closed(4, 400), warmup: 100 },
    seed: 2,
    overhead: 0,
  });
  const { good, measured, refused, sent } = metrics;
  assert.equal(sent, 400);
  assert.ok(measured < 300 && refused > 300 - measured, `${measured} and ${refused}`);
  assert.ok(Math.abs(good - measured / 300) < 1e-12, `${good}`);
});

test("simulate() calls no run of a few requests overloaded: they show no trend", () => {
  const few = { ...open(15, 30, { kind: "fixed", mean: 100 }), warmup: 0 };
  const asked = { cost: perToken, policy: single, lanes: 1, seed: 1, overhead: 0 };
  assert.equal(simulate({ ...asked, traffic: few }).state, "backlogged");
  assert.equal(simulate({ ...asked, traffic: { ...few, requests: 300 } }).state, "overloaded");
});
