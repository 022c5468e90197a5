/** Queues whose waits are known in closed form, on a device that takes 1 ms a step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./simulate.ts";
import type { Arrivals, Policy } from "./types.ts";
import { CHUNKED, steady } from "./fixtures/steady.ts";

const perStep = steady(1e-3);

/** `servers` slots, each of which gives one token a step: a central queue in front of as many servers. */
function slotsOf(servers: number): Policy {
  return { ...CHUNKED, stepTokensMax: 1e9, sequencesMax: servers, cacheTokens: 1e12 };
}

function waits(servers: number, arrivals: Arrivals, seed?: number) {
  return simulate({
    cost: perStep,
    policy: slotsOf(servers),
    lanes: 1,
    overhead: 0,
    seed: seed ?? 11,
    traffic: {
      arrivals,
      input: { kind: "fixed", mean: 1 },
      output: { kind: "exponential", mean: 500 },
      cached: 0,
      requests: seed === undefined ? 100_000 : 50_000,
      warmup: 2000,
    },
  });
}

/** Mean wait of M/M/c (Erlang C): Kleinrock 1975, section 3.5. */
function erlangWait(servers: number, rate: number, service: number): number {
  const offered = rate * service;
  let blocked = 1;
  for (let k = 1; k <= servers; k += 1) blocked = (offered * blocked) / (k + offered * blocked);
  const load = offered / servers;
  const delayed = blocked / (1 - load + load * blocked);
  return (delayed * service) / (servers * (1 - load));
}

const SEEDS = [1, 2, 3, 4];

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

for (const [servers, load, within] of [
  [1, 0.5, 0.02],
  [1, 0.8, 0.03],
  [2, 0.8, 0.03],
  [8, 0.8, 0.04],
  [32, 0.9, 0.08],
] as const) {
  test(`simulate() waits as M/M/${servers} does at a load of ${load}, within ${100 * within} % over four seeds`, () => {
    const service = 0.5;
    const rate = (load * servers) / service;
    const wait = mean(
      SEEDS.map((seed) => waits(servers, { kind: "poisson", rate }, seed).queueing.mean),
    );
    const expected = erlangWait(servers, rate, service);
    assert.ok(Math.abs(wait / expected - 1) < within, `${wait} against ${expected}`);
  });
}

test("simulate() of M/M/1 has exponential response times, percentile by percentile, and is as busy as its load", () => {
  const [rate, served] = [1.2, 2];
  const runs = SEEDS.map((seed) => waits(1, { kind: "poisson", rate }, seed));
  for (const [statistic, share] of [
    ["p50", 0.5],
    ["p90", 0.9],
    ["p99", 0.99],
    ["p999", 0.999],
  ] as const) {
    const seen = mean(runs.map(({ latency }) => latency[statistic]));
    const expected = -Math.log(1 - share) / (served - rate);
    assert.ok(Math.abs(seen / expected - 1) < 0.04, `${statistic}: ${seen} against ${expected}`);
  }
  assert.ok(Math.abs(mean(runs.map(({ utilisation }) => utilisation)) / 0.6 - 1) < 0.02);
});

test("simulate() waits as Kingman's bound for heavy load says: the more, the burstier the arrivals", () => {
  const rate = 1.6;
  const regular = waits(1, { kind: "gamma", rate, variation: 0.5 }).queueing.mean;
  const bursty = waits(1, { kind: "gamma", rate, variation: 2 }).queueing.mean;
  const load = rate * 0.5;
  const bound = (variation: number) => ((variation ** 2 + 1) / 2) * (load / (1 - load)) * 0.5;
  assert.ok(regular < bursty);
  for (const [wait, variation] of [
    [regular, 0.5],
    [bursty, 2],
  ] as const) {
    assert.ok(Math.abs(wait / bound(variation) - 1) < 0.25, `${wait} against ${bound(variation)}`);
  }
});

test("simulate() of diurnal arrivals keeps the mean rate, and waits longer than without the swing", () => {
  const even = waits(4, { kind: "poisson", rate: 6 });
  const swinging = waits(4, { kind: "diurnal", rate: 6, swing: 0.5, period: 2000 });
  assert.ok(Math.abs(swinging.requestRate / 6 - 1) < 0.05, `${swinging.requestRate}`);
  assert.ok(swinging.queueing.mean > 2 * even.queueing.mean);
});

test("simulate() of Weibull arrivals of shape 1 is the Poisson stream", () => {
  const service = 0.5;
  const arrivals = { kind: "weibull", rate: 1.2, shape: 1 } as const;
  const wait = mean(SEEDS.map((seed) => waits(1, arrivals, seed).queueing.mean));
  assert.ok(Math.abs(wait / erlangWait(1, 1.2, service) - 1) < 0.03, `${wait}`);
});

test("simulate() of Weibull arrivals of any shape keeps the mean rate", () => {
  const { requestRate } = waits(8, { kind: "weibull", rate: 6, shape: 0.6 });
  assert.ok(Math.abs(requestRate / 6 - 1) < 0.03, `${requestRate}`);
});
