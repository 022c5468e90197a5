import assert from "node:assert/strict";
import { test } from "node:test";
import engineFile from "../../catalogue/engines/vllm.json" with { type: "json" };
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import {
  decodeEngine,
  estimateLoad,
  prepare,
  SHIPPED,
  UNCORRECTED,
  stepUse,
  wallPower,
  type Placement,
} from "../estimate/index.ts";
import { decodeModelEntry, findModel, type ModelEntry } from "../model/index.ts";
import type { Result } from "../result.ts";
import { energyMeter } from "./energy.ts";
import { fleetOf, policyOf } from "./placement.ts";
import { simulate, type Fleet } from "./simulate.ts";
import type { Traffic } from "./types.ts";
import { doubted, scaledFleet, widthsAt } from "./uncertainty.ts";

function value<T>(result: Result<T>): T {
  assert.ok(result.ok);
  return result.value;
}

function ready(more: Partial<Placement> = {}, name = "Llama-3.1-8B") {
  const entries = catalogue.models as readonly ModelEntry[];
  const model = value(decodeModelEntry(value(findModel(entries, name)).entry));
  const parallel = { tensor: 1, pipeline: 1, data: 1, expert: 1 };
  const engine = value(decodeEngine(engineFile));
  const placement = { parallel, replicas: 1, numerics: model.numerics, engine, ...more };
  const system = systemFor(catalogue, value(findDevice(catalogue, "h100-sxm")));
  const prepared = prepare({ model, system, placement });
  assert.ok(!("reason" in prepared));
  return prepared;
}

function fleet(prepared: ReturnType<typeof ready>): Fleet {
  const made = fleetOf(prepared);
  assert.ok(!("reason" in made));
  return made;
}

function users(count: number): Traffic {
  return {
    arrivals: { kind: "closed", users: count, think: 0 },
    input: { kind: "lognormal", mean: 512, variation: 0.3 },
    output: { kind: "lognormal", mean: 256, variation: 0.3 },
    cached: 0,
    requests: 60 * count,
    warmup: 10 * count,
  };
}

const lengths = { input: { mean: 512, variation: 0.3 }, output: { mean: 256, variation: 0.3 } };

for (const count of [4, 32]) {
  test(`simulate() of ${count} users agrees with the closed form of the estimate on time a token, rate and power`, () => {
    const prepared = ready();
    const meter = energyMeter(prepared);
    const traffic = users(count);
    const metrics = simulate({ ...fleet(prepared), traffic, seed: 1, observers: [meter.observer] });
    const estimate = estimateLoad(prepared, { ...lengths, cached: 0, concurrency: count });
    assert.ok(estimate.kind === "estimate");
    const near = (a: number, b: number, what: string) =>
      assert.ok(Math.abs(a / b - 1) < 0.1, `${what}: ${a} against ${b}`);
    near(metrics.tpot.mean, estimate.tpot.p50, "tpot");
    near(metrics.outputRate, estimate.outputRate.p50, "rate");
    near(meter.power(), estimate.power.p50, "power");
  });
}

test("estimateLoad() of experts in an open stream of few requests agrees with simulate() on time a token", () => {
  const parallel = { tensor: 8, pipeline: 1, data: 1, expert: 1 };
  const physics = { ...SHIPPED, corrections: UNCORRECTED };
  const prepared = prepare(ready({ parallel }, "Qwen3-235B-A22B"), physics);
  assert.ok(!("reason" in prepared));
  const rate = 1.5;
  const traffic: Traffic = { ...users(8), arrivals: { kind: "poisson", rate } };
  const metrics = simulate({ ...fleet(prepared), traffic, seed: 1 });
  const estimate = estimateLoad(prepared, { ...lengths, cached: 0, concurrency: 1, rate });
  assert.ok(estimate.kind === "estimate");
  const ratio = estimate.tpot.p50 / metrics.tpot.mean;
  assert.ok(Math.abs(ratio - 1) < 0.1, `${ratio}`);
});

test("policyOf() sets whole answers aside where the engine does, whatever its scheduler", () => {
  assert.equal(policyOf(value(decodeEngine(engineFile)), 1000).reserve, "prompt");
  const whole = value(decodeEngine({ ...engineFile, reserve: "whole" }));
  assert.equal(policyOf(whole, 1000).reserve, "whole");
});

test("energyMeter() of two replicas that share the load draws less than two that are each as busy", () => {
  const power = (replicas: number, count: number) => {
    const prepared = ready({ replicas });
    const meter = energyMeter(prepared);
    const traffic = users(count);
    simulate({ ...fleet(prepared), traffic, seed: 1, observers: [meter.observer] });
    return meter.power();
  };
  const [one, shared, both] = [power(1, 32), power(2, 32), power(2, 64)];
  assert.ok(one < shared && shared < both);
  assert.ok(Math.abs(both / (2 * one) - 1) < 0.05);
});

test("energyMeter() of replicas that nobody pays for draws what the others draw", () => {
  const power = (replicas: number, paid: number) => {
    const meter = energyMeter(ready({ replicas }));
    const step = { lane: 0, start: 0, end: 0.01, steps: 1, running: 1, waiting: 0, cacheTokens: 1 };
    const decodes = { chunks: [], decodes: 1, computed: 1, context: 1 };
    const { stepped, stood } = meter.observer;
    for (let lane = 0; lane < paid; lane += 1) stepped?.({ ...step, ...decodes, lane });
    stood?.({ first: 0, lanes: replicas, start: 0, end: 0.01, up: paid, paid });
    return meter.power();
  };
  const [all, half, one] = [power(4, 4), power(4, 2), power(1, 1)];
  assert.ok(Math.abs(half / all - 0.5) < 1e-9, `${half} of ${all}`);
  assert.ok(Math.abs(one / all - 0.25) < 0.05, `${one} of ${all}`);
});

/**
 * Llama 3.1 8B, BF16, of 32 layers of 218.1 M parameters and a head of 525.3 M: a step of either lane has each of the
 * two devices read half of that, 7.50 GB or 2.24 ms of an H100's 3.35 TB/s. With one step a lane in 10 ms a
 * device's memory works 4.48 of 10 ms.
 */
test("energyMeter() of two pipeline stages counts each device in the steps of both lanes", () => {
  const parallel = { tensor: 1, pipeline: 2, data: 1, expert: 1 };
  const prepared = ready({ parallel });
  const { observer, power } = energyMeter(prepared);
  observer.stood?.({ first: 0, lanes: 2, start: 0, end: 0.01, up: 2, paid: 2 });
  const one = { running: 1, waiting: 0, cacheTokens: 1, chunks: [], decodes: 1, computed: 1 };
  for (const lane of [0, 1]) {
    observer.stepped?.({ lane, start: 0, end: 0.01, steps: 1, context: 1, ...one });
  }
  const { rest, attention } = stepUse(prepared).busy;
  const ran = rest({ tokens: 1, sequences: 1 }) + attention({ sequences: 1, query: 1, prefix: 1 });
  const busy = (2 * ran) / 0.01;
  const expected = wallPower(prepared, { compute: 0.0015, memory: 0.448, busy }).p50;
  assert.ok(Math.abs(power() / expected - 1) < 0.01, `${power()} against ${expected}`);
});

test("fleetOf() a placement with a pool for prompts moves a cache in a time that grows with its tokens", () => {
  const parallel = { tensor: 1, pipeline: 1, data: 1, expert: 1 };
  const { prompts, lanes } = fleet(ready({ prefill: { parallel, replicas: 3 } }));
  assert.ok(prompts !== undefined);
  assert.equal(prompts.pool.lanes, 3);
  assert.equal(lanes, 1);
  const ratio = prompts.transfer(2048) / prompts.transfer(1024);
  assert.ok(Math.abs(ratio - 2) < 1e-9);
});

test("doubted() gives intervals around the run that hold those of faster and slower steps", () => {
  const prepared = ready();
  const own = fleet(prepared);
  const seen: number[] = [];
  const { metrics, intervals } = doubted(
    ({ seed, factor }) => {
      seen.push(factor);
      return simulate({ ...scaledFleet(own, factor), traffic: users(8), seed });
    },
    { seed: 1, seeds: 3, prepared },
  );
  assert.ok(intervals !== null);
  assert.equal(seen.filter((factor) => factor === 1).length, 3);
  const [fast, slow] = [Math.min(...seen), Math.max(...seen)];
  assert.ok(intervals.tpot.mean.p10 <= metrics.tpot.mean * fast * 1.02);
  assert.ok(intervals.tpot.mean.p90 >= metrics.tpot.mean * slow * 0.98);
  assert.ok(intervals.ttft.mean.p90 / intervals.ttft.mean.p50 > 1);
});

test("doubted() adds the spread of draws, that of steps and what the first token is less sure of as independent errors", () => {
  const prepared = ready();
  const base = simulate({ ...fleet(prepared), traffic: users(8), seed: 1 });
  const drawn = [1, 1.1, 0.9];
  const means = (factor: number, seed: number) =>
    factor === 1 ? (drawn[seed - 1] ?? NaN) : factor < 1 ? 0.8 : 1.3;
  const { intervals } = doubted(
    ({ seed, factor }) => {
      const mean = means(factor, seed);
      return { ...base, ttft: { ...base.ttft, mean }, tpot: { ...base.tpot, mean } };
    },
    { seed: 1, seeds: 3, prepared },
  );
  const widths = widthsAt(prepared, base);
  assert.ok(intervals !== null && widths !== null);
  const width = ({ p10, p90 }: { p10: number; p90: number }) => Math.log(p90 / p10) / 2;
  const excess = width(widths.ttft) ** 2 - width(widths.tpot) ** 2;
  assert.ok(excess > 0.01, `first tokens are less sure than tokens: ${excess}`);
  // ln 1, ln 1.1 and ln 0.9 have a sample variance of 0.01007; 1.28155 deviations hold eight in ten.
  const draws = 1.28155 ** 2 * 0.01007;
  const logs = (mean: { p10: number; p50: number; p90: number }) => [
    Math.log(mean.p50 / mean.p10),
    Math.log(mean.p90 / mean.p50),
  ];
  const near = (seen: readonly number[], extra: number) => {
    const expected = [0.8, 1.3].map((end) => Math.sqrt(Math.log(end) ** 2 + draws + extra));
    seen.forEach((log, end) => assert.ok(Math.abs(log - (expected[end] ?? NaN)) < 1e-3, `${log}`));
  };
  assert.ok(Math.abs(intervals.tpot.mean.p50 - 1) < 1e-9);
  near(logs(intervals.tpot.mean), 0);
  near(logs(intervals.ttft.mean), excess);
});

test("fleetOf() of a profile reads prompts and decodes each by its own factor, and a step of both between them", () => {
  const plain = ready();
  const paced = { ...plain, coefficients: { ...SHIPPED, steps: { first: 3, token: 2 } } };
  const [one, own] = [fleet(plain).cost, fleet(paced).cost];
  const prompt = { sequences: 1, query: 512, prefix: 0 };
  const decode = { sequences: 8, query: 1, prefix: 512 };
  const drafted = { sequences: 8, query: 4, prefix: 512, drafted: 3 };
  const ratio = (time: (cost: typeof one) => number) => Number((time(own) / time(one)).toFixed(9));
  assert.equal(
    ratio((cost) => cost.attention(prompt)),
    3,
  );
  assert.equal(
    ratio((cost) => cost.attention(decode)),
    2,
  );
  assert.equal(
    ratio((cost) => cost.attention(drafted)),
    2,
  );
  assert.equal(
    ratio((cost) => cost.rest({ tokens: 8, sequences: 8 })),
    2,
  );
  const mixed = ratio((cost) => cost.rest({ tokens: 512, sequences: 256 }));
  assert.equal(mixed, Number(Math.sqrt(6).toFixed(9)));
  assert.equal(
    ratio((cost) => cost.host({ tokens: 512, sequences: 9 })),
    2,
  );
  const served = (prepared: typeof plain) =>
    simulate({ ...fleet(prepared), traffic: users(8), seed: 1 }).tpot.mean;
  assert.ok(Math.abs(served(paced) / served(plain) / 2 - 1) < 0.1);
});
