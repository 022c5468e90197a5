import assert from "node:assert/strict";
import { test } from "node:test";
import vllm from "../../catalogue/engines/vllm.json" with { type: "json" };
import { catalogue } from "../catalogue/index.ts";
import { decodeEngine } from "../estimate/index.ts";
import { decodeModelEntry, findModel, type ModelEntry } from "../model/index.ts";
import { deviceCount } from "../operators/index.ts";
import { type Limits, plan, type PlanRequest, sitesOf } from "../plan/index.ts";
import type { Result } from "../result.ts";
import { FINALISTS, finalists } from "./finalists.ts";

function value<T>(result: Result<T>): T {
  assert.ok(result.ok);
  return result.value;
}

const entries = catalogue.models as readonly ModelEntry[];
const model = value(decodeModelEntry(value(findModel(entries, "Llama-3.1-8B")).entry));
const devices = ["h100-sxm", "a100-sxm4-80", "l40s", "mi300x"];

function asked(limits: Limits, more: Partial<PlanRequest> = {}): PlanRequest {
  return {
    model,
    workload: {
      name: "chat",
      input: { mean: 1024, variation: 0.5 },
      output: { mean: 256, variation: 0.5 },
      cached: 0,
    },
    demand: { kind: "rate", rate: 20 },
    limits,
    sites: sitesOf(catalogue, [value(decodeEngine(vllm))], { devices, tenure: "rent" }),
    numerics: [model.numerics],
    objective: "cost",
    percentile: 0.9,
    confidence: 0.5,
    ...more,
  };
}

function found(request: PlanRequest) {
  return finalists(request, plan(request), { ...FINALISTS, seed: 1 });
}

test("finalists() that hold kept their limits for the share asked for; those that miss come after all others", () => {
  const request = asked({ tpot: 20e-3, ttft: 0.1 });
  const { answer, checks } = found(request);
  const holds = answer.plans.map((each) => checks.get(each)?.holds);
  assert.ok(holds.includes(true), JSON.stringify(holds));
  const lastHolding = holds.findLastIndex((each) => each !== false);
  assert.equal(holds.slice(0, lastHolding + 1).includes(false), false);
  for (const { metrics, holds: isKept } of checks.values()) {
    if (isKept) assert.ok(metrics.good >= 0.9 && metrics.state !== "overloaded");
  }
  assert.equal(answer.plans.length, plan(request).plans.length);
});

function firstOf<T, R>(list: readonly T[], tried: (each: T) => R | null): R | null {
  for (const each of list) {
    const result = tried(each);
    if (result !== null) return result;
  }
  return null;
}

test("finalists() adds replicas where the mean keeps a limit and busy moments do not, and pays for them", () => {
  const limits = [0.95, 0.9].flatMap((percentile) =>
    [18e-3, 25e-3, 35e-3].flatMap((tpot) =>
      [0.085, 0.2, 0.3].map((ttft) => ({ percentile, limits: { tpot, ttft } })),
    ),
  );
  const widened = firstOf(limits, ({ limits: kept, percentile }) => {
    const request = asked(kept, { percentile });
    const { answer, checks } = found(request);
    const wider = answer.plans.filter((each) => (checks.get(each)?.added ?? 0) > 0);
    return wider.length === 0 ? null : { before: plan(request).plans, checks, wider };
  });
  assert.ok(widened !== null, "busy moments break some limit that the mean keeps");
  const { before, checks, wider } = widened;
  for (const each of wider) {
    const old = before.find(({ system }) => system.device.id === each.system.device.id);
    assert.ok(old !== undefined);
    const added = checks.get(each)?.added ?? 0;
    assert.equal(each.placement.replicas, old.placement.replicas + added);
    assert.ok(deviceCount(each.placement.parallel) > 0);
    // A second device of an instance that is rented whole costs no more, but draws more.
    assert.ok((each.estimate.costPerHour?.p50 ?? 0) >= (old.estimate.costPerHour?.p50 ?? 0));
    assert.ok(each.estimate.power.p50 > old.estimate.power.p50);
    assert.ok(each.estimate.batch < old.estimate.batch);
  }
});

test("finalists() leaves the order where nothing that was tried keeps the limits", () => {
  const request = asked({ latency: 3 }, { demand: { kind: "rate", rate: 2 }, percentile: 0.9999 });
  const before = plan(request);
  assert.ok(before.plans.length > 0);
  const { answer, checks } = finalists(request, before, { ...FINALISTS, seed: 1 });
  assert.ok([...checks.values()].every(({ holds }) => !holds));
  assert.deepEqual(answer, before);
});

test("finalists() adds no replica beyond the stock or the budget", () => {
  const limits = { tpot: 18e-3, ttft: 0.07 };
  const first = plan(asked(limits)).plans[0];
  assert.ok(first !== undefined);
  const most = first.estimate.costPerHour?.p50 ?? 0;
  const { answer, checks } = found(asked({ ...limits, costPerHour: 1.01 * most }));
  for (const each of answer.plans) {
    assert.equal(checks.get(each)?.added ?? 0, 0);
    assert.ok((each.estimate.costPerHour?.p50 ?? Infinity) <= 1.01 * most);
  }
});

test("finalists() of the same seed are the same bytes, and take no limits as kept", () => {
  const request = asked({}, { demand: { kind: "users", users: 50 } });
  const shown = () => JSON.stringify([...found(request).checks.values()]);
  assert.equal(shown(), shown());
  assert.ok([...found(request).checks.values()].every(({ holds }) => holds));
});

test("finalists() are simulated with steps as slow as the confidence asks for", () => {
  const request = asked({}, { demand: { kind: "users", users: 50 } });
  const answer = plan(request);
  const [first] = answer.plans;
  const tokenTime = (confidence: number) => {
    const { checks } = finalists({ ...request, confidence }, answer, { ...FINALISTS, seed: 1 });
    return [...checks].find(([each]) => each === first)?.[1].metrics.tpot.mean ?? NaN;
  };
  const { p50, p90 } = first?.estimate.tpot ?? assert.fail();
  const ratio = tokenTime(0.9) / tokenTime(0.5);
  assert.ok(Math.abs(ratio / (p90 / p50) - 1) < 0.03, `${ratio} where ${p90 / p50}`);
});

test("finalists() of a fleet too wide for the time see some of its replicas at their share, as full as all would be", () => {
  const limits = { tpot: 30e-3, ttft: 0.5 };
  const { answer, checks } = found(asked(limits, { demand: { kind: "rate", rate: 2000 } }));
  const wide = answer.plans.filter((each) => checks.has(each));
  assert.ok(wide.length > 0);
  for (const each of wide) {
    const { metrics } = checks.get(each) ?? assert.fail();
    const lanes = each.placement.replicas * each.placement.parallel.data;
    assert.ok(lanes > 20 && metrics.sent <= 6000);
    assert.ok(Math.abs(metrics.requestRate / 2000 - 1) < 0.25, `${metrics.requestRate}`);
    const held = each.concurrency.mean / each.placement.parallel.data;
    // Lanes that compute prompts hold fewer, where they are apart, and a few thousand requests fill the others late.
    const least = each.placement.prefill === undefined ? 0.6 : 0.25;
    assert.ok(metrics.running > least * held, `${metrics.running} of ${held} a lane`);
  }
});
