import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import type { System } from "../estimate/index.ts";
import {
  decodeModelEntry,
  findModel,
  numerics,
  type Model,
  type ModelEntry,
} from "../model/index.ts";
import { explainTraining } from "./training-explain.ts";
import { planTraining } from "./training-plan.ts";
import { decodeTrainingRun } from "./training-run.ts";
import type { TrainingAnswer, TrainingRequest } from "./training-types.ts";

const DAY = 86_400;

function modelOf(id: string): Model {
  const found = findModel(catalogue.models as readonly ModelEntry[], id);
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok, id);
  return entry.value;
}

function systemOf(id: string): System {
  const device = findDevice(catalogue, id);
  assert.ok(device.ok, id);
  const offer = {
    id: "o",
    provider: "p",
    name: "n",
    kind: "on-demand",
    count: 8,
    dollarsPerHour: 24,
  };
  return { ...systemFor(catalogue, device.value), offer: offer as System["offer"] } as System;
}

function formats(...names: readonly string[]) {
  return names.map((name) => {
    const found = numerics(name);
    assert.ok(found.ok, name);
    return found.value;
  });
}

const llama = modelOf("llama-2-70b");
const request: TrainingRequest = {
  model: llama,
  run: { name: "r", tokens: 4096, batch: 1024, budget: 2e12, tuned: "all" },
  limits: { time: 60 * DAY, devices: 512 },
  sites: [{ hosts: [systemOf("h100-sxm")] }],
  numerics: formats("bf16"),
  objective: "cost",
};

function best(answer: TrainingAnswer) {
  const [first] = answer.plans;
  assert.ok(first !== undefined, JSON.stringify(answer.nearest?.infeasible));
  return first;
}

test("planTraining() makes a 70B run of 2T tokens fit 512 H100 in a deadline of 60 days", () => {
  const plan = best(planTraining(request));
  const { memory, devices, step, tokensPerSecond } = plan.estimate;
  assert.ok(devices <= 512 && plan.time.p50 <= 60 * DAY);
  assert.ok(memory.weights + memory.optimiser + memory.activations < memory.capacity);
  assert.equal(plan.steps, Math.ceil(2e12 / (1024 * 4096)));
  const busy = plan.steps * step.p50;
  assert.ok(Math.abs(plan.time.p50 - busy / plan.reliability.goodput.p50) < 1);
  assert.ok(plan.cost !== null && plan.cost !== undefined);
  assert.ok(Math.abs(plan.cost.p50 - ((devices / 8) * 24 * plan.time.p50) / 3600) < 1);
  assert.ok(Math.abs(2e12 / tokensPerSecond.p50 / busy - 1) < 1e-3);
});

test("planTraining() splits of a plan multiply to its devices and divide the batch", () => {
  const plan = best(planTraining(request));
  const { tensor, pipeline, context, data } = plan.layout.split;
  assert.equal(tensor * pipeline * context * data, plan.estimate.devices);
  assert.equal(1024 % (data * plan.layout.microBatch), 0);
  assert.equal(80 % pipeline, 0);
});

test("planTraining() of less time or money takes no less of either, or refuses and says what came nearest", () => {
  const free = best(planTraining({ ...request, limits: { devices: 512 } }));
  assert.ok(best(planTraining(request)).time.p50 <= 60 * DAY);
  assert.ok((free.cost?.p50 ?? 0) <= (best(planTraining(request)).cost?.p50 ?? 0) * (1 + 1e-9));
  const none = planTraining({ ...request, limits: { time: DAY, devices: 512 } });
  assert.equal(none.plans.length, 0);
  const why = none.nearest?.infeasible;
  assert.ok(why?.kind === "breach" && why.limit === "time" && why.reached > DAY);
  assert.equal(none.nearest?.devices, 512);
});

/** Device hours of pre-training as published, on as many devices as were used. */
const PUBLISHED = [
  // Touvron et al. 2023 (arXiv 2307.09288), table 2: Llama 2 70B, 2T tokens
  {
    id: "llama-2-70b",
    device: "a100-sxm4-80",
    devices: 2048,
    batch: 1024,
    tokens: 2e12,
    hours: 1_720_320,
  },
  // DeepSeek-AI 2024 (arXiv 2412.19437), table 1: DeepSeek-V3, 14.8T tokens (H800: an H100 with a slower link)
  {
    id: "deepseek-v3",
    device: "h100-sxm",
    devices: 2048,
    batch: 15_360,
    tokens: 14.8e12,
    hours: 2_664_000,
  },
] as const;

for (const run of PUBLISHED) {
  test(`planTraining() of ${run.id} takes the published device hours within a third, as good a split as it finds`, (t) => {
    const { id, device, devices, batch, tokens: budget, hours } = run;
    const plan = best(
      planTraining({
        ...request,
        model: modelOf(id),
        run: { name: id, tokens: 4096, batch, budget, tuned: "all" },
        sites: [{ hosts: [systemOf(device)] }],
        stock: { [systemOf(device).device.id]: devices },
        numerics: id === "deepseek-v3" ? formats("fp8") : formats("bf16"),
        objective: "time",
        limits: {},
      }),
    );
    const scale = plan.estimate.devices / 3600;
    t.diagnostic(
      `${Math.round(plan.time.p50 * scale)} of ${hours} hours, ${plan.estimate.devices} devices`,
    );
    assert.ok(Math.abs((plan.time.p50 * scale) / hours - 1) < 1 / 3);
  });
}

test("planTraining() ranks by each objective", () => {
  const sites = ["h100-sxm", "a100-sxm4-80", "b200-sxm"].map((id) => ({ hosts: [systemOf(id)] }));
  for (const objective of ["cost", "time", "energy", "devices"] as const) {
    const { plans } = planTraining({ ...request, limits: { devices: 512 }, sites, objective });
    const scores = plans.map((plan) => {
      if (objective === "devices") return plan.estimate.devices;
      return plan[objective]?.p50 ?? Infinity;
    });
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => a - b),
    );
    assert.equal(plans.length, 3);
  }
});

test("planTraining() of adapters beside four-bit weights needs fewer bytes than beside sixteen", () => {
  const run = { name: "l", tokens: 4096, batch: 64, budget: 1e8, tuned: "adapters" } as const;
  const model = modelOf("llama-3.1-8b");
  const on = (name: string) =>
    best(planTraining({ ...request, model, run, limits: { devices: 1 }, numerics: formats(name) }))
      .estimate.memory;
  const [half, quarter] = [on("bf16"), on("w4a16")];
  assert.ok(Math.abs(half.weights - 16.06e9) < 0.1e9, `${half.weights}`);
  assert.ok(quarter.weights < 0.4 * half.weights);
  assert.ok(half.optimiser < 0.01 * half.weights * 6);
});

test("planTraining() moves the optimiser to the host where one host cannot hold it", () => {
  const run = { name: "o", tokens: 2048, batch: 64, budget: 1e8, tuned: "all" } as const;
  const model = modelOf("llama-3.1-8b");
  const plan = best(planTraining({ ...request, model, run, limits: { devices: 1 } }));
  assert.equal(plan.layout.offload, true);
  assert.equal(plan.estimate.memory.optimiser, 0);
  assert.ok(Math.abs(plan.estimate.memory.offloaded / (12 * 8.03e9) - 1) < 0.01);
});

test("planTraining() with failures ten times as often takes longer and saves more often", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e8, max: 1e9, noNaN: true }), (deviceBetween) => {
      const fixed = { ...request, limits: { devices: 256 }, objective: "time" } as const;
      const rare = best(planTraining({ ...fixed, deviceBetween }));
      const often = best(planTraining({ ...fixed, deviceBetween: deviceBetween / 10 }));
      assert.equal(often.estimate.devices, rare.estimate.devices);
      assert.ok(often.reliability.interval < rare.reliability.interval);
      assert.ok(often.time.p50 > rare.time.p50);
      assert.ok(often.reliability.goodput.p50 < rare.reliability.goodput.p50);
    }),
    { numRuns: 3 },
  );
});

test("explainTraining() of twice the arithmetic helps, and without failures the run is as long as its steps", () => {
  const plan = best(planTraining(request));
  const reasons = explainTraining(request, plan);
  const ratio = (change: string) => reasons.find((each) => each.change === change)?.ratio ?? NaN;
  assert.ok(ratio("compute") < 0.9);
  assert.ok(Math.abs(ratio("no-failures") - plan.reliability.goodput.p50) < 1e-3);
  assert.ok(ratio("memory-capacity") <= 1 + 1e-9);
});

test("decodeTrainingRun() refuses what is no run, with the path", () => {
  const good = { name: "r", tokens: 1, batch: 1, budget: 1, tuned: "all" };
  assert.ok(decodeTrainingRun(good).ok);
  for (const [field, value] of [
    ["tokens", 0],
    ["batch", 1.5],
    ["budget", -1],
    ["tuned", "some"],
    ["extra", 1],
  ] as const) {
    const refused = decodeTrainingRun({ ...good, [field]: value });
    assert.ok(!refused.ok, field);
  }
});
