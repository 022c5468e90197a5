import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "../model/index.ts";
import { type BatchEstimate, type BatchQuery, estimateBatch } from "./batch.ts";
import { decodeSteps } from "./batch-phases.ts";
import { SHIPPED } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";
import { bf16, device, model, placement, system } from "./fixtures/round.ts";

/** Identities hold of physics. */
const PHYSICS = { ...SHIPPED, corrections: UNCORRECTED };

const query: BatchQuery = { model, system, placement, batch: 4, input: 512, output: 100 };

const network: Network = {
  kind: "network",
  id: "product",
  name: "Product",
  source: "test",
  numerics: bf16,
  inputs: [{ name: "x", shape: [4096] }],
  nodes: [
    {
      name: "dense",
      count: 10,
      parameters: 4096 * 4096,
      work: { kind: "matmul", m: 1, n: 4096, k: 4096, batch: 1, constant: true },
    },
  ],
};

function answered(changes: Partial<BatchQuery> = {}): BatchEstimate {
  const answer = estimateBatch({ ...query, ...changes }, PHYSICS);
  assert.ok(answer.kind === "batch-estimate", JSON.stringify(answer));
  return answer;
}

test("estimateBatch() latency is the prefill and one decode step for each token after the first", () => {
  const { latency, prefill, tokenTime } = answered();
  assert.ok(tokenTime !== null);
  assert.ok(Math.abs(latency.p50 - prefill.p50 - 99 * tokenTime.p50) < 1e-9);
});

test("estimateBatch() of a model that only reads has no decode, and energy is power over rate", () => {
  const { latency, prefill, tokenTime, itemRate, power, energyPerItem } = answered({ output: 0 });
  assert.equal(tokenTime, null);
  assert.deepEqual(latency, prefill);
  assert.ok(Math.abs(itemRate.p50 * latency.p50 - 4) < 1e-9);
  assert.ok(Math.abs(energyPerItem.p50 * itemRate.p50 - power.p50) < 1e-9);
});

test("estimateBatch() by kernels that stream at half the bandwidth draws less: power is of the device's own", () => {
  const clocked = { ...system, device: { ...device, clock: 1e9, units: 100 } };
  const drawn = (bytesPerCycle: number) => {
    const engine = { ...placement.engine, bytesPerCycle };
    const asked = { system: clocked, placement: { ...placement, engine }, input: 1, output: 1000 };
    return answered({ ...asked, batch: 1 });
  };
  const whole = (device.memory?.bandwidth ?? 0) / (100 * 1e9);
  const [half, full] = [drawn(whole / 2), drawn(whole)];
  assert.ok((half.tokenTime?.p50 ?? 0) > 1.5 * (full.tokenTime?.p50 ?? 0));
  assert.ok(half.power.p50 < full.power.p50 - 5, `${half.power.p50} of ${full.power.p50} W`);
});

test("estimateBatch() of a time that was measured has no doubt of a device without figures", () => {
  const rates = { p10: 0.9, p50: 1, p90: 1.1, basis: "measured" } as const;
  const said = (changes: Partial<BatchQuery>) =>
    answered(changes).assumptions.filter((each) => each.startsWith("no published figure")).length;
  assert.deepEqual([said({}), said({ known: rates })], [1, 0]);
});

test("estimateBatch() of a network none of whose operators has work says so, and does not divide by nothing", () => {
  const none = { ...network, nodes: [] };
  const answer = estimateBatch({ ...query, model: none }, PHYSICS);
  assert.ok(answer.kind === "infeasible");
  assert.match(answer.message, /no operator has work/u);
});

test("estimateBatch() of two copies on a processor is two of one on half of it, and on a card reads weights once", () => {
  const alone = answered({ model: network, batch: 1 });
  const copied = answered({ model: network, batch: 2, copies: 2 });
  assert.ok(copied.itemRate.p50 > 1.5 * alone.itemRate.p50);
  const on = (share: number, changes: Partial<BatchQuery>) => {
    const { memory, units = 1, peak } = device;
    const part = {
      ...device,
      kind: "cpu" as const,
      memory: { ...memory, bandwidth: 1e11 * share },
      units: 64 * units * share,
      peak: { bf16: (peak.bf16 ?? 0) * share },
    };
    return answered({ model: network, system: { ...system, device: part }, ...changes });
  };
  const two = on(1, { batch: 2, copies: 2 });
  assert.ok(two.itemRate.p50 < 1.05 * on(1, { batch: 1 }).itemRate.p50);
  const half = on(0.5, { batch: 1 });
  assert.ok(Math.abs(half.latency.p50 / two.latency.p50 - 1) < 0.05);
});

test("estimateBatch() decode steps grow with the answer's context", () => {
  const short = answered({ output: 100 }).tokenTime?.p50 ?? 0;
  const long = answered({ output: 8000 }).tokenTime?.p50 ?? 0;
  assert.ok(long > short);
});

test("estimateBatch() of a network reads its weights once a batch: 64 samples take barely longer than 1", () => {
  const one = answered({ model: network, batch: 1 });
  const many = answered({ model: network, batch: 64 });
  assert.ok(one.latency.p50 > (10 * 2 * 4096 * 4096) / 4e12);
  assert.ok(many.latency.p50 < 1.5 * one.latency.p50);
  assert.ok(many.itemRate.p50 > 40 * one.itemRate.p50);
});

test("estimateBatch() refuses a batch the cache does not hold, and a network that does not fit", () => {
  const large = estimateBatch({ ...query, batch: 10_000 });
  assert.ok(large.kind === "infeasible" && large.reason === "cache");
  const tiny = { ...system, device: { ...device, memory: { capacity: 1e6, bandwidth: 1e12 } } };
  const small = estimateBatch({ ...query, model: network, system: tiny });
  assert.ok(small.kind === "infeasible" && small.reason === "memory");
});

test("estimateBatch() mean decode step is between those of its first and its last context", () => {
  const step = (output: number, input: number) => answered({ input, output }).tokenTime?.p50 ?? 0;
  const whole = step(4001, 1000);
  const first = step(2, 1000);
  const last = step(2, 5000);
  assert.ok(Math.abs(whole - (first + last) / 2) < 0.01 * whole, `${first} ${whole} ${last}`);
});

test("estimateBatch() utilisation is model arithmetic over peak: 2 × 10 × 4096² a sample", () => {
  const { utilisation, latency } = answered({ model: network, batch: 4096 });
  const share = (2 * 10 * 4096 * 4096 * 4096) / 1e15 / latency.p50;
  assert.ok(Math.abs(utilisation - share) < 1e-9);
});

test("decodeSteps() stand for every step after the first token, about the middle of the answer", () => {
  const parts = decodeSteps(model, { batch: 4, input: 512, output: 100 });
  const times = parts.reduce((sum, part) => sum + part.times, 0);
  const contexts = parts.reduce(
    (sum, { step, times: each }) => sum + each * (step.segments[0]?.prefix ?? 0),
    0,
  );
  assert.ok(Math.abs(times - 99) < 1e-9);
  assert.ok(Math.abs(contexts / times - (512 + 99 / 2)) < 1e-9);
});

test("estimateBatch() on a CPU waits for its threads after each operator of a framework", () => {
  const engine = { ...placement.engine, launch: 1, barrier: 1e-3 };
  const around = { model: network, placement: { ...placement, engine }, input: 0, output: 0 };
  const onHost = { ...system, device: { ...device, kind: "cpu" as const } };
  const plain = answered({ ...around, system: onHost, placement });
  const waiting = answered({ ...around, system: onHost });
  const meeting = 1e-3 + 100 * 0.4e-6;
  assert.ok(Math.abs(waiting.latency.p50 - plain.latency.p50 - 10 * meeting) < 1e-9);
  const elsewhere = answered(around);
  assert.ok(Math.abs(elsewhere.latency.p50 - elsewhere.transfer - 10) < 1e-6);
});

test("estimateBatch() of copies on a CPU waits for the threads of one copy alone", () => {
  const engine = { ...placement.engine, barrier: 1e-6 };
  const onHost = { ...system, device: { ...device, kind: "cpu" as const } };
  const around = { model: network, system: onHost, input: 0, output: 0, batch: 4, copies: 4 };
  const plain = answered(around);
  const waiting = answered({ ...around, placement: { ...placement, engine } });
  const meeting = 1e-6 + 25 * 0.4e-6;
  assert.ok(Math.abs(waiting.latency.p50 - plain.latency.p50 - 10 * meeting) < 1e-9);
});

test("estimateBatch() of an eager framework on a CPU runs an activation as an operator of its own", () => {
  const active: Network = {
    ...network,
    nodes: [
      ...network.nodes.map((node) => ({ ...node, count: 1 })),
      {
        name: "relu",
        count: 1,
        parameters: 0,
        work: { kind: "elementwise", flops: 4096, read: 4096, written: 4096, pointwise: true },
      },
    ],
  };
  const host = { ...system, device: { ...device, kind: "cpu" as const, vector: 1e12 } };
  const around = { model: active, system: host, input: 0, output: 0 };
  const engine = { ...placement.engine, eager: true };
  const whole = answered(around);
  const eager = answered({ ...around, placement: { ...placement, engine } });
  assert.deepEqual([whole.operators.length, eager.operators.length], [1, 2]);
  assert.ok(eager.latency.p50 > whole.latency.p50);
});

test("estimateBatch() of an engine that works out a prompt's shapes: each operator once, none of a decode step", () => {
  const engine = { ...placement.engine, reading: 1e-3 };
  const plain = answered();
  const slow = answered({ placement: { ...placement, engine } });
  const count = plain.operators.reduce((sum, { operator }) => sum + operator.count, 0);
  assert.ok(Math.abs(slow.prefill.p50 - plain.prefill.p50 - count * 1e-3) < 1e-6);
  assert.equal(slow.tokenTime?.p50, plain.tokenTime?.p50);
});

test("estimateBatch() of decode graphs of fixed shapes computes slots nobody uses and pads the cache", () => {
  const time = (shape: Partial<BatchQuery>) => answered(shape).tokenTime?.p50 ?? 0;
  const sampled = 3 * 1e-5;
  const slots = time({ batch: 1, slots: 4 });
  assert.ok(Math.abs(time({ batch: 4 }) - slots - sampled) < 1e-9);
  assert.ok(slots > 1.01 * time({ batch: 1 }));
  const steps = decodeSteps(model, { batch: 1, input: 1100, output: 10 }, { padded: "power" });
  for (const { step } of steps) assert.equal(step.segments[0]?.prefix, 2047);
  const whole = decodeSteps(model, { batch: 1, input: 1100, output: 10 }, { padded: "whole" });
  for (const { step } of whole) assert.equal(step.segments[0]?.prefix, 1109);
});

test("estimateBatch() of a model of two towers reads as many texts as are compared, whatever the pictures", () => {
  const reads = { output: 0, input: 9 };
  assert.equal(
    answered({ ...reads, batch: 2, texts: 64 }).prefill.p50,
    answered({ ...reads, batch: 64 }).prefill.p50,
  );
});

test("estimateBatch() traits say how a decode step is split, which a prompt alone is not slowed by", () => {
  const parallel = { ...placement.parallel, tensor: 2 };
  const split = { placement: { ...placement, parallel } };
  const traitOf = (output: number) => answered({ ...split, output }).traits["tensor"];
  assert.deepEqual([traitOf(100), traitOf(1)], [1, 0]);
});

test("estimateBatch() takes as long as the link where the answers are what takes longest", () => {
  const narrow = { ...system, device: { ...device, host: { bandwidth: 1e6 } } };
  const { itemRate, latency, prefill, transfer } = answered({
    model: network,
    system: narrow,
    output: 0,
  });
  assert.ok(transfer > prefill.p50);
  assert.ok(Math.abs(itemRate.p50 - query.batch / transfer) < 1e-6 * itemRate.p50);
  assert.ok(Math.abs(latency.p50 - prefill.p50 - transfer) < 1e-9);
});

test("estimateBatch() of a framework that chooses on the host waits for each score of each sample", () => {
  const choosing: Network = {
    ...network,
    nodes: [
      ...network.nodes,
      { name: "boxes", count: 1, parameters: 0, work: { kind: "host", elements: 1000 } },
    ],
  };
  const engine = { ...placement.engine, launch: 1e-9, choice: 1e-6 };
  const around = { model: choosing, input: 0, output: 0 };
  const waiting = answered({ ...around, placement: { ...placement, engine } });
  const { choice: _, ...quick } = engine;
  const plain = answered({ ...around, placement: { ...placement, engine: quick } });
  assert.ok(Math.abs(waiting.latency.p50 - plain.latency.p50 - query.batch * 1e-3) < 1e-9);
});
