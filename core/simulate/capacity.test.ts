import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fewestReplicas, inPart, largestRate, settled, sustains } from "./capacity.ts";
import { simulate } from "./simulate.ts";
import type { Metrics } from "./types.ts";

/** A device that takes a millisecond a token, for one request of 100 tokens at a time. */
function queue(rate: number, lanes: number): Metrics {
  return simulate({
    cost: {
      rest: ({ tokens }) => tokens * 1e-3,
      attention: () => 0,
      host: () => 0,
      time: () => 0,
      operators: () => [],
    },
    policy: {
      chunked: false,
      mixed: true,
      reserve: "prompt",
      drained: false,
      stepTokensMax: 1e9,
      sequencesMax: 1,
      block: 1,
      cacheTokens: 1e9,
    },
    lanes,
    overhead: 0,
    seed: 7,
    limits: { ttft: 0.5 },
    traffic: {
      arrivals: { kind: "poisson", rate },
      input: { kind: "fixed", mean: 100 },
      output: { kind: "fixed", mean: 1 },
      cached: 0,
      requests: 60_000,
      warmup: 500,
    },
  });
}

/** Erlang 1909: P(wait ≤ t) of M/D/1 with service 1. */
function waitBelow(load: number, time: number): number {
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= Math.floor(time); k += 1) {
    factorial *= Math.max(1, k);
    const x = load * (k - time);
    sum += (x ** k / factorial) * Math.exp(-x);
  }
  return (1 - load) * sum;
}

test("largestRate() of M/D/1 is the rate at which Erlang's formula gives the share within the limit", () => {
  const { best, trials } = largestRate((rate) => queue(rate, 1), { guess: 1, share: 0.9 });
  assert.ok(best !== null && best.holds);
  const load = best.value * 0.1;
  const share = waitBelow(load, 4);
  assert.ok(Math.abs(share - 0.9) < 0.02, `${load}: ${share}`);
  assert.ok(trials.length < 20);
});

test("largestRate() from a guess far above and far below ends at the same rate", () => {
  const from = (guess: number) =>
    largestRate((rate) => queue(rate, 1), { guess, share: 0.9 }).best?.value ?? 0;
  assert.ok(Math.abs(from(100) / from(0.1) - 1) < 0.02);
});

test("fewestReplicas() serves the rate and one fewer does not", () => {
  const { best } = fewestReplicas((lanes) => queue(30, lanes), { guess: 1, share: 0.9, most: 64 });
  assert.ok(best !== null);
  assert.ok(queue(30, best.value).good >= 0.9);
  assert.ok(queue(30, best.value - 1).good < 0.9);
});

const BASE = queue(1, 1);

test("fewestReplicas() finds the threshold from any guess, in a bounded number of runs", () => {
  const range = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(range, range, (threshold, guess) => {
      const at = (count: number) => ({ ...BASE, good: count >= threshold ? 1 : 0 });
      const { best, trials } = fewestReplicas(at, { guess, share: 0.9, most: 200 });
      assert.equal(best?.value ?? null, threshold <= 200 ? threshold : null);
      assert.ok(trials.length <= 20, `${trials.length} runs`);
    }),
  );
});

test("settled() repeats a run that is over before its requests are, and not one that is overloaded", () => {
  const lengths: number[] = [];
  const warmups: number[] = [];
  const run = (state: Metrics["state"]) => (length: { requests: number; warmup: number }) => {
    lengths.push(length.requests);
    warmups.push(length.warmup);
    return { ...BASE, state, cut: null, latency: { ...BASE.latency, mean: 10 } };
  };
  settled(run("stable"), 100, { requests: 1000, warmup: 20 });
  assert.deepEqual(lengths.splice(0), [1000, 32_000]);
  assert.deepEqual(warmups, [20, 4000], "four mean times of a request fill it");
  settled(run("overloaded"), 100, { requests: 1000, warmup: 20 });
  settled(run("stable"), 100, { requests: 40_000, warmup: 20 });
  assert.deepEqual(lengths, [1000, 40_000]);
});

test("inPart() simulates a hundred copies as eight at their part of the rate, and gives the rates of all", () => {
  const asked: (readonly [number, number])[] = [];
  const at = (copies: number, share: number) => {
    const rate = 500 * share;
    asked.push([copies, rate]);
    return { ...BASE, requestRate: rate, outputRate: 2 * rate, goodput: rate / 2 };
  };
  const { requestRate, outputRate, goodput } = inPart(100, 8, at);
  assert.deepEqual([requestRate, outputRate, goodput], [500, 1000, 250]);
  assert.equal(inPart(3, 8, at).requestRate, 500);
  assert.deepEqual(asked, [
    [8, 40],
    [3, 500],
  ]);
});

test("sustains() asks for the share of good requests, an end of the queue and an end of the run", () => {
  const run: Metrics = { ...BASE, good: 0.9, state: "backlogged", cut: null, measured: 10 };
  assert.ok(sustains(run, 0.9));
  assert.ok(!sustains(run, 0.91));
  assert.ok(!sustains({ ...run, state: "overloaded" }, 0.9));
  assert.ok(!sustains({ ...run, cut: "queue" }, 0.9));
  assert.ok(!sustains({ ...run, measured: 0 }, 0));
});
