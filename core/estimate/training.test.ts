import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, numerics, type ModelEntry } from "../model/index.ts";
import { bf16, model, system } from "./fixtures/round.ts";
import { SHIPPED } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";
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

/** Laws alone: a correction looks at shares of a step, which these tests change on purpose. */
const PHYSICS = { ...SHIPPED, corrections: UNCORRECTED };

function trained(changed: Partial<TrainingQuery> = {}): TrainingEstimate {
  const answer = trainingStep({ ...query, ...changed }, PHYSICS);
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
  assert.ok(mean < 0.036 && Math.max(...errors) < 0.07);
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
  const late = timesOfHead(plain);
  const work = forward + backward + recompute - 8 * 3 * 3 * late;
  assert.ok(Math.abs(bubble / work / (3 / 8) - 1) < 0.03, `${bubble / work}`);
  const woven = trained({ split: { ...split, virtual: 2 }, system: roomy });
  close(woven.parts.bubble, bubble / 2);
});

/** Seconds of a stage's share of the head in one forward pass of a micro-batch. */
function timesOfHead({ forward }: TrainingEstimate): number {
  const head = forward.filter(({ operator }) => operator.group === "head");
  return head.reduce((sum, { operator, time }) => sum + operator.count * time, 0);
}

test("trainingStep() waits for the last stage, which has the head besides, unless layers do not divide", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "llama-3.1-405b");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const of = (pipeline: number) => {
    const split = { ...ALONE, tensor: 8, pipeline };
    const answer = trained({ model: entry.value, split, system: roomy, batch: 64 });
    return { perLayer: (answer.parts.forward * pipeline) / 64, head: timesOfHead(answer) };
  };
  const [even, uneven] = [of(9), of(8)];
  assert.ok(even.perLayer > uneven.perLayer + 8 * 0.9 * even.head);
  const fuller = of(12).perLayer / of(16).perLayer;
  assert.ok(
    Math.abs(fuller - (11 * 12) / 128) < 0.01,
    `${fuller}: eleven of 128 layers in the fullest of twelve`,
  );
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

test("trainingStep() holds the bytes of a 7.5B model that Rajbhandari et al. 2019 print in figure 1", () => {
  const split = { ...ALONE, data: 64 };
  const printed = [120, 31.4, 16.6, 1.88];
  const parameters = (trained({ split, system: roomy }).memory.weights / 2) as number;
  printed.forEach((gigabytes, sharding) => {
    const level = sharding as 0 | 1 | 2 | 3;
    const { memory } = trained({ split, sharding: level, gradient: 2, system: roomy });
    const held = memory.weights + memory.gradients + memory.optimiser;
    const scaled = (held / parameters) * 7.5;
    assert.ok(Math.abs(scaled / gigabytes - 1) < 0.01, `${scaled} ${gigabytes}`);
  });
});

test("trainingStep() keeps sbhL(34/t + 5as/(ht)) bytes of activations, as Korthikanti et al. 2022 do in equation 4", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "megatron-gpt-22b");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const [s, b, h, a, t, layers] = [2048, 4, 6144, 64, 8, 48];
  const kept = (recompute: "none" | "selective" | "full") =>
    trained({
      model: entry.value,
      split: { ...ALONE, tensor: t },
      batch: b,
      microBatch: b,
      recompute,
      attention: "scores",
      system: roomy,
    }).memory.activations;
  close(kept("none"), s * b * h * layers * (34 / t + (5 * a * s) / (h * t)));
  close(kept("selective"), (s * b * h * layers * 34) / t);
  close(kept("full"), (2 * s * b * h * layers) / t);
});

test("trainingStep() that shards within groups of copies holds more and gathers among fewer", () => {
  const split = { ...ALONE, data: 64 };
  const at = (shardedOver: number) =>
    trained({ split, batch: 64, sharding: 3, shardedOver, system: roomy });
  close(at(8).memory.weights, 8 * at(64).memory.weights);
  assert.ok(at(8).parts.exchange < at(64).parts.exchange);
});

test("trainingStep() with the optimiser on the hosts holds none of it and waits for the link", () => {
  const kept = trained();
  const moved = trained({ offload: true });
  assert.equal(moved.memory.optimiser, 0);
  close(moved.memory.offloaded, kept.memory.optimiser);
  assert.ok(moved.parts.optimiser > 5 * kept.parts.optimiser);
});

test("trainingStep() that overlaps exchanges of tensor ranks takes less, and as much without any", () => {
  assert.ok(trained({ overlapped: true }).step.p50 < trained().step.p50);
  const alone = { split: ALONE, system: roomy };
  close(trained({ ...alone, overlapped: true }).step.p50, trained(alone).step.p50);
});

test("trainingStep() of channel planes in half precision turns tensors round", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "resnet50");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  const half = numerics("fp16");
  assert.ok(entry.ok && half.ok);
  const on = (format: typeof bf16, channelsFirst: boolean) => {
    const changed = {
      model: entry.value,
      split: ALONE,
      tokens: 0,
      numerics: format,
      channelsFirst,
    };
    return trained({ ...changed, batch: 64, microBatch: 64 }).parts.forward;
  };
  assert.ok(on(half.value, true) > 1.1 * on(half.value, false));
});

test("trainingStep() moves a gradient five times, state twice and weights once in the update", () => {
  const at = (gradient: number) => trained({ gradient }).parts.optimiser;
  const [wide, half] = [5 * 4 + 2 * 12 + 2, 5 * 2 + 2 * 12 + 2];
  assert.ok(Math.abs(at(4) / at(2) / (wide / half) - 1) < 0.02);
});

test("trainingStep() sends a token once to each host of its experts, and each layer of them costs the host", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "qwen3-30b-a3b");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const on = (expert: number) => {
    const split = { ...ALONE, data: 32, expert };
    return trained({ model: entry.value, split, batch: 32, tokens: 128, system: roomy });
  };
  const sent = (answer: TrainingEstimate) =>
    answer.forward.flatMap(({ operator: { name, work } }) =>
      name === "experts/dispatch" && work.kind === "collective" ? [work.bytes] : [],
    )[0] ?? NaN;
  const [two, four] = [2 * (1 - 0.5 ** 8), 4 * (1 - 0.75 ** 8)];
  close(sent(on(32)) / sent(on(16)), four / two);
  assert.ok(on(8).parts.host > 0.1 * on(8).step.p50);
  const split = { ...ALONE, data: 32, expert: 8 };
  const dropping = { model: entry.value, split, batch: 32, tokens: 128, system: roomy };
  assert.equal(trained({ ...dropping, capped: true }).parts.host, 0);
  const fused = trained({ ...dropping, fusedExperts: true });
  assert.equal(fused.parts.host, 0);
  const isMoved = ({ forward }: TrainingEstimate) =>
    forward.some(({ operator }) => operator.name === "experts/permute");
  assert.ok(isMoved(trained(dropping)) && !isMoved(fused));
});

test("trainingStep() moves what an optimiser of several kernels writes between them", () => {
  const at = (between: number) =>
    trained({ optimiser: { ...ADAM, between } }).parts.optimiser / (5 * 4 + 2 * 12 + 2 + between);
  assert.ok(Math.abs(at(160) / at(0) - 1) < 0.02);
});

test("trainingStep() of a network sums a depthwise weight once a tap, and writes its scores of attention", () => {
  const named = (name: string, changed: Partial<TrainingQuery>) => {
    const found = findModel(catalogue.models as readonly ModelEntry[], name);
    const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
    assert.ok(entry.ok);
    const shape = { split: ALONE, tokens: 0, batch: 8, microBatch: 8 };
    return trained({ model: entry.value, ...shape, ...changed }).parts;
  };
  const { forward, backward } = named("quartznet-15x5", {});
  const { forward: few, backward: fewer } = named("mobilenet-v1", {});
  assert.ok(backward / forward > 1.5 * (fewer / few));
  const device = findDevice(catalogue, "a100-sxm4-80");
  assert.ok(device.ok);
  const onA100 = { system: systemFor(catalogue, device.value) };
  const heard = named("wav2vec2-base-training", onA100);
  assert.ok(heard.backward > 3 * heard.forward);
  const drawn = named("resnext-50-32x4d", onA100);
  assert.ok(drawn.backward < 2.5 * drawn.forward);
  const kept = named("vit-base-16-384", { attention: "scores" }).forward;
  assert.ok(kept > 1.1 * named("vit-base-16-384", {}).forward);
});

test("trainingStep() of experts moves tokens into their order and back around the products", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "qwen3-30b-a3b");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const split = { ...ALONE, data: 8, expert: 8 };
  const { forward } = trained({ model: entry.value, split, tokens: 4096, system: roomy });
  const moved = forward.find(({ operator }) => operator.name === "experts/permute")?.operator;
  const pairs = 4096 * 8;
  close((moved?.read ?? 0) + (moved?.written ?? 0), pairs * 2 * (4 * 2048 + 3 * 768));
});

test("trainingStep() of experts shares them over fewer copies than the rest", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "qwen3-30b-a3b");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const on = (expert: number) => {
    const split = { ...ALONE, data: 64, expert };
    return trained({ model: entry.value, split, batch: 64, sharding: 3, system: roomy }).memory;
  };
  const whole = 30.5e9 * 2;
  for (const expert of [1, 8]) {
    const { weights } = on(expert);
    assert.ok(Math.abs((64 * weights) / whole - 1) < 0.02, `${expert} ${(64 * weights) / whole}`);
  }
});

test("trainingStep() sends rows of tables that are dealt out, as many as samples ask for", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = findModel(entries, "dlrm-dcnv2");
  const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
  assert.ok(entry.ok);
  const waited = (data: number, perCopy: number) => {
    const sizes = { batch: data * perCopy, microBatch: perCopy, tokens: 0 };
    return trained({ model: entry.value, split: { ...ALONE, data }, ...sizes, system: roomy }).parts
      .exchange;
  };
  assert.equal(waited(1, 8192), 0);
  assert.ok(waited(8, 65_536) > 4 * waited(8, 8192));
});

test("trainingStep() counts four FLOPs a frozen weight and token, six a weight that learns", () => {
  const all = trained({ split: ALONE, system: roomy });
  const frozen = trained({ split: ALONE, system: roomy, tuned: "adapters" });
  const products = (answer: TrainingEstimate) => answer.flops - answer.attentionFlops;
  close(products(frozen) / products(all), 2 / 3);
  close(frozen.attentionFlops, all.attentionFlops);
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

test("trainingStep() updates tables of words in every row, and a recommender's only where they were touched", () => {
  const gradients = (name: string) => {
    const found = findModel(catalogue.models as readonly ModelEntry[], name);
    const entry = found.ok ? decodeModelEntry(found.value.entry) : found;
    assert.ok(entry.ok);
    const shape = { split: ALONE, tokens: 0, batch: 8, microBatch: 8, system: roomy };
    return trained({ model: entry.value, ...shape }).memory.gradients / query.gradient;
  };
  const words = 267_735 * 512;
  assert.ok(gradients("transformer-xl-base-training") > words);
  assert.ok(gradients("dlrm-v2") < 0.1e9);
});

test("trainingStep() has `of cards` as a trait where kernels are fused and devices have no links", () => {
  const { link: _, ...card } = roomy.device;
  const of = (changed: Partial<TrainingQuery>) =>
    trained({ split: ALONE, ...changed }).traits["of cards"] ?? NaN;
  const share = of({ system: { ...roomy, device: card } });
  assert.ok(share > 0 && share < 1, String(share));
  assert.equal(of({ system: { ...roomy, device: card }, eager: true }), 0);
  assert.equal(of({ system: roomy }), 0);
});
