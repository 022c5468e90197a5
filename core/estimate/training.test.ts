import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, numerics, type ModelEntry } from "../model/index.ts";
import { bf16, model, system } from "./fixtures/round.ts";
import { ADAM, trainingStep } from "./training.ts";
import type { TrainingEstimate, TrainingQuery, TrainingSplit } from "./training-types.ts";

const ALONE: TrainingSplit = {
  tensor: 1,
  pipeline: 1,
  virtual: 1,
  context: 1,
  expert: 1,
  data: 1,
};

const query: TrainingQuery = {
  model,
  system,
  numerics: bf16,
  split: { ...ALONE, tensor: 8 },
  batch: 8,
  microBatch: 1,
  tokens: 2048,
  recompute: "selective",
  sharding: 0,
  sequenceParallel: true,
  attention: "fused",
  tuned: "all",
  optimiser: ADAM,
  gradient: 4,
  eager: false,
};

/** The same devices without a limit to memory. */
const roomy = {
  ...system,
  device: { ...system.device, memory: { capacity: Infinity, bandwidth: 4e12 } },
};

function trained(changed: Partial<TrainingQuery> = {}): TrainingEstimate {
  const answer = trainingStep({ ...query, ...changed });
  assert.ok(answer.kind === "training-estimate", JSON.stringify(answer));
  return answer;
}

/** Models, splits and measured seconds of Korthikanti et al. 2022 (arXiv 2205.05198), tables 3 and 5, on A100 80GB. */
const MEGATRON = [
  {
    id: "megatron-gpt-22b",
    pipeline: 1,
    virtual: 1,
    batch: 4,
    microBatch: 4,
    full: 1.42,
    selective: 1.1,
  },
  {
    id: "gpt3-175b",
    pipeline: 8,
    virtual: 3,
    batch: 64,
    microBatch: 1,
    full: 18.13,
    selective: 13.75,
  },
  {
    id: "megatron-gpt-529.6b",
    pipeline: 35,
    virtual: 3,
    batch: 280,
    microBatch: 1,
    full: 49.05,
    selective: 37.83,
  },
  {
    id: "megatron-gpt-1008b",
    pipeline: 64,
    virtual: 1,
    batch: 512,
    microBatch: 1,
    full: 94.42,
    selective: 71.49,
  },
] as const;

function megatron(run: (typeof MEGATRON)[number], recompute: "full" | "selective"): number {
  const entries = catalogue.models as readonly ModelEntry[];
  const entry = findModel(entries, run.id);
  const found = entry.ok ? decodeModelEntry(entry.value.entry) : entry;
  const device = findDevice(catalogue, "a100-sxm4-80");
  const formats = numerics("fp16");
  assert.ok(found.ok && device.ok && formats.ok, run.id);
  const answer = trained({
    model: found.value,
    system: systemFor(catalogue, device.value),
    numerics: formats.value,
    split: { ...ALONE, tensor: 8, pipeline: run.pipeline, virtual: run.virtual },
    batch: run.batch,
    microBatch: run.microBatch,
    recompute,
    sequenceParallel: recompute === "selective",
    attention: "scores",
  });
  return answer.step.p50 / run[recompute];
}

test("trainingStep() of the eight Megatron runs of Korthikanti et al. 2022, table 5", (t) => {
  const ratios = MEGATRON.flatMap((run) => [megatron(run, "full"), megatron(run, "selective")]);
  const errors = ratios.map((ratio) => Math.abs(ratio - 1));
  const mean = errors.reduce((sum, each) => sum + each, 0) / errors.length;
  t.diagnostic(
    `mean error ${(100 * mean).toFixed(2)} %, worst ${(100 * Math.max(...errors)).toFixed(1)} %`,
  );
  t.diagnostic(ratios.map((ratio) => ratio.toFixed(3)).join(" "));
  assert.ok(mean < 0.06 && Math.max(...errors) < 0.1);
});

const seconds = (answer: TrainingEstimate): number =>
  Object.values(answer.parts).reduce((sum: number, part: number) => sum + part, 0);

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} ≠ ${expected}`);
}

test("trainingStep() is the sum of its parts, and its rates are over it", () => {
  const answer = trained();
  close(answer.step.p50, seconds(answer));
  close(answer.samplesPerSecond.p50, 8 / answer.step.p50);
  close(answer.tokensPerSecond.p50, 2048 * answer.samplesPerSecond.p50);
});

test("trainingStep() of twice the micro-batches takes twice the time between exchanges", () => {
  const once = trained();
  const twice = trained({ batch: 16 });
  close(twice.parts.forward, 2 * once.parts.forward);
  close(twice.parts.backward, 2 * once.parts.backward);
  close(twice.parts.optimiser, once.parts.optimiser);
});

test("trainingStep() asks for the same FLOPs however devices share them, up to whole layers", () => {
  const alone = trained({ split: { ...ALONE, tensor: 1 }, system: roomy });
  for (const split of [
    { ...ALONE, tensor: 8 },
    { ...ALONE, pipeline: 4 },
    { ...ALONE, context: 4 },
    { ...ALONE, data: 8 },
  ]) {
    const { flops } = trained({ split, system: roomy });
    assert.ok(Math.abs(flops / alone.flops - 1) < 1e-6, `${JSON.stringify(split)} ${flops}`);
  }
});

test("trainingStep() FLOPs are six a parameter and token, and attention's triangle", () => {
  const { flops, attentionFlops } = trained();
  const perToken = (flops - attentionFlops) / (8 * 2048);
  assert.ok(Math.abs(perToken / (6 * 7.5e9) - 1) < 0.02, `${perToken}`);
});

test("trainingStep() of a pipeline waits (p − 1)/(m·v) of its work", () => {
  const split = { ...ALONE, pipeline: 4 };
  const plain = trained({ split, system: roomy });
  const { forward, backward, recompute, bubble } = plain.parts;
  close(bubble, ((forward + backward + recompute) * 3) / 8);
  const woven = trained({ split: { ...split, virtual: 2 }, system: roomy });
  close(woven.parts.bubble, bubble / 2);
});

test("trainingStep() recomputed in full takes a forward pass more and holds less", () => {
  const kept = trained({ recompute: "none" });
  const full = trained({ recompute: "full" });
  assert.equal(kept.parts.recompute, 0);
  assert.ok(full.parts.recompute > 0.85 * full.parts.forward);
  assert.ok(full.parts.recompute < full.parts.forward);
  assert.ok(full.memory.activations < kept.memory.activations / 10);
});

test("trainingStep() shares state, gradients and weights over copies as they are sharded", () => {
  const split = { ...ALONE, data: 8 };
  const memories = ([0, 1, 2, 3] as const).map(
    (sharding) => trained({ split, sharding, system: roomy }).memory,
  );
  const [none, state, gradients, weights] = memories;
  assert.ok(none && state && gradients && weights);
  close(state.optimiser, none.optimiser / 8);
  close(gradients.gradients, none.gradients / 8);
  close(weights.weights, none.weights / 8);
  close(none.optimiser, 6 * none.weights);
});

test("trainingStep() of more copies exchanges about as much or more, and of adapters far less", () => {
  fc.assert(
    fc.property(fc.constantFrom(2, 4, 8), (data) => {
      const fewer = trained({ split: { ...ALONE, data }, batch: data, system: roomy });
      const more = trained({ split: { ...ALONE, data: 2 * data }, batch: 2 * data, system: roomy });
      assert.ok(more.parts.exchange >= 0.9 * fewer.parts.exchange);
      const tuned = { split: { ...ALONE, data }, batch: data, system: roomy, tuned: "adapters" };
      const small = trained(tuned as Partial<TrainingQuery>);
      assert.ok(small.parts.exchange < fewer.parts.exchange / 20);
      assert.ok(small.parts.backward < fewer.parts.backward);
    }),
  );
});

test("trainingStep() of an interpreter waits for launches where kernels are short", () => {
  const found = findModel(catalogue.models as readonly ModelEntry[], "mpt-125m");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const tiny = { model: entry.value, tokens: 16, batch: 1, split: ALONE, system: roomy };
  const eager = trained({ ...tiny, eager: true });
  assert.ok(eager.parts.host > 0);
  assert.ok(eager.step.p50 > trained(tiny).step.p50);
});

test("trainingStep() refuses what does not fit, and says by how much", () => {
  const answer = trainingStep({ ...query, split: ALONE });
  assert.ok(answer.kind === "infeasible" && answer.reason === "memory");
  assert.ok((answer.needed ?? 0) > (answer.available ?? 0));
});
