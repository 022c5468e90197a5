import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../catalogue/index.ts";
import { decodeEngine, estimateBatch, type Engine } from "../estimate/index.ts";
import type { Network } from "../model/index.ts";
import { numerics } from "../model/index.ts";
import { explainBatches } from "./explain-batches.ts";
import { batchScore, planBatches, type BatchPlanRequest } from "./plan-batches.ts";
import { sitesOf } from "./sites.ts";

function engine(): Engine {
  const file = catalogue.engines.find((each) => (each as { id?: string }).id === "static");
  const read = decodeEngine(file);
  assert.ok(read.ok);
  return read.value;
}

function network(): Network {
  const fp16 = numerics("fp16");
  assert.ok(fp16.ok);
  const shape = { kernel: [3, 3], input: [56, 56], output: [56, 56], groups: 1, transposed: false };
  const work = { kind: "convolution", channelsIn: 256, channelsOut: 256, ...shape } as const;
  const node = { name: "conv", count: 30, parameters: 9 * 256 * 256, work };
  const inputs = [{ name: "x", shape: [256, 56, 56] }];
  return {
    kind: "network",
    id: "n",
    name: "N",
    source: "test",
    numerics: fp16.value,
    inputs,
    nodes: [node],
  };
}

function request(more: Partial<BatchPlanRequest> = {}): BatchPlanRequest {
  const model = network();
  return {
    model,
    limits: {},
    sites: sitesOf(catalogue, [engine()], { devices: ["h100-sxm", "l4"] }),
    numerics: [model.numerics],
    objective: "cost",
    confidence: 0.5,
    ...more,
  };
}

test("planBatches() takes as many devices as the rate asks for, and bills the samples asked for", () => {
  const { plans } = planBatches(request({ rate: 20_000 }));
  assert.ok(plans.length > 0);
  for (const { system, batch, placement, estimate, costPerItem } of plans) {
    assert.ok(estimate.itemRate.p50 >= 20_000);
    const fewer = { ...placement, replicas: placement.replicas - 1 };
    const query = { model: network(), system, batch, input: 0, output: 0, placement: fewer };
    const short = estimateBatch(query);
    assert.ok(short.kind !== "infeasible" && short.itemRate.p50 < 20_000);
    const hourly = estimate.costPerHour?.p50 ?? Number.NaN;
    assert.ok(Math.abs((costPerItem?.p50 ?? 0) - hourly / 3600 / 20_000) < 1e-12);
  }
});

test("planBatches() takes smaller batches where latency is short, and counts the wait for one to fill", () => {
  const [loose] = planBatches(request({ rate: 500, sites: request().sites.slice(0, 1) })).plans;
  const [tight] = planBatches(
    request({ rate: 500, sites: request().sites.slice(0, 1), limits: { latency: 0.02 } }),
  ).plans;
  assert.ok(loose !== undefined && tight !== undefined);
  assert.ok(tight.batch < loose.batch || loose.latency.p50 <= 0.02);
  assert.ok(tight.latency.p50 <= 0.02);
  const waited = ((tight.batch - 1) * tight.placement.replicas) / 500;
  assert.ok(Math.abs(tight.latency.p50 - tight.estimate.latency.p50 - waited) < 1e-9);
});

test("planBatches() says which limit refuses every candidate, and which comes nearest", () => {
  const answer = planBatches(request({ limits: { latency: 1e-6 } }));
  assert.deepEqual(answer.plans, []);
  assert.deepEqual(answer.refused, { latency: answer.tried });
  assert.ok(answer.nearest?.infeasible.kind === "breach");
});

test("planBatches() takes no more devices than there are", () => {
  const answer = planBatches(request({ rate: 1e7, stock: { "h100-sxm": 4, l4: 2 } }));
  assert.deepEqual(answer.plans, []);
  assert.ok((answer.refused["devices"] ?? 0) > 0);
});

test("planBatches() with a front keeps exactly the plans that no other beats in both objectives", () => {
  const all = { devices: ["h100-sxm", "l4", "a10g", "l40s"] };
  const asked = request({ rate: 5000, sites: sitesOf(catalogue, [engine()], all) });
  const { plans } = planBatches({ ...asked, front: ["cost", "latency"] });
  const points = plans.map((plan) => [batchScore(plan, "cost"), batchScore(plan, "latency")]);
  assert.ok(plans.length > 1);
  for (const [index, [cost = 0, latency = 0]] of points.entries()) {
    const [costBefore = 0, latencyBefore = Infinity] = points[index - 1] ?? [];
    assert.ok(cost > costBefore && latency < latencyBefore);
  }
  const cheapest = planBatches({ ...asked, objective: "cost" }).plans[0];
  const fastest = planBatches({ ...asked, objective: "latency" }).plans[0];
  assert.ok(cheapest !== undefined && fastest !== undefined);
  assert.equal(points[0]?.[0], batchScore(cheapest, "cost"));
  assert.equal(points.at(-1)?.[1], batchScore(fastest, "latency"));
});

test("explainBatches() searches anew with one thing altered, the most helpful first", () => {
  const [fp16, int8] = ["fp16", "int8"].map((name) => {
    const read = numerics(name);
    assert.ok(read.ok);
    return read.value;
  });
  assert.ok(fp16 !== undefined && int8 !== undefined);
  const sites = sitesOf(catalogue, [engine()], { devices: ["l4", "l40s"] });
  const limits = { latency: 0.05 };
  const asked = request({ objective: "throughput", numerics: [fp16, int8], limits, sites });
  const plan = planBatches({ ...asked, sites: sites.slice(0, 1), numerics: [fp16] }).plans[0];
  assert.ok(plan !== undefined);
  const reasons = explainBatches(asked, plan);
  const ratios = new Map(reasons.map(({ change, ratio }) => [change.kind, ratio ?? Infinity]));
  assert.ok((ratios.get("compute") ?? 1) < 0.8, "convolutions wait for arithmetic");
  assert.equal(ratios.get("memory-capacity"), 1);
  assert.ok((ratios.get("numerics") ?? 1) < 0.8);
  assert.ok((ratios.get("limit") ?? 2) <= 1);
  const sorted = reasons.map(({ ratio }) => ratio ?? Infinity);
  assert.deepEqual(
    sorted,
    sorted.toSorted((a, b) => a - b),
  );
});

test("planBatches() waits for the batch of each replica to fill, whose share of the samples is one of several", () => {
  const objective = "throughput";
  const [one] = planBatches(request({ objective, rate: 1000 })).plans;
  assert.ok(one !== undefined);
  const rate = 3.5 * (one.estimate.itemRate.p50 / one.placement.replicas);
  const [several] = planBatches(request({ objective, rate })).plans;
  assert.ok(several !== undefined && several.placement.replicas > 2 && several.batch > 1);
  const filling = ((several.batch - 1) * several.placement.replicas) / rate;
  const waited = several.latency.p50 - several.estimate.latency.p50;
  assert.ok(Math.abs(waited / filling - 1) < 1e-9, `${waited} s, ${filling} s by hand`);
});
