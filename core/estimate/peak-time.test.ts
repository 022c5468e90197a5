import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../catalogue/index.ts";
import { SHIPPED, SHIPPED_LAWS } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";
import { correctedDraw, deviceDraw } from "./device-draw.ts";
import { device, load, model, placement, system } from "./fixtures/round.ts";
import { estimate, prepare } from "./index.ts";
import { operatorTime, target, type Target } from "./laws/index.ts";
import { less, peakTime, utilisation } from "./peak-time.ts";
import { useOf } from "./service-use.ts";

function round(): Target {
  const made = target({ device, perHost: 8, network: 50e9, graphs: true }, SHIPPED_LAWS);
  assert.ok(!("kind" in made));
  return made;
}

const BF16 = { name: "bf16", bits: 16 };

const product = operatorTime(
  {
    name: "product",
    group: "mlp",
    count: 3,
    work: {
      kind: "matmul",
      m: 1000,
      n: 1000,
      k: 1000,
      batch: 1,
      compute: "bf16",
      weights: BF16,
      activations: BF16,
    },
    flops: 2e9,
    read: 3e6,
    written: 1e6,
  },
  round(),
);

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} ≠ ${expected}`);
}

test("peakTime() of 3 × 2 GFLOP and 3 × 4 MB at 1 PFLOP/s and 4 TB/s is 6 µs and 3 µs, busy but for launches", () => {
  const { compute, memory, busy } = peakTime([product], round());
  close(busy, 3 * (product.time - product.overhead));
  assert.ok(product.overhead > 0);
  close(compute, 6e-6);
  close(memory, 3e-6);
});

test("utilisation() adds parts by how often they come, and stops at all", () => {
  const part = { peak: { compute: 6e-6, memory: 3e-6, busy: 8e-6 }, perSecond: 1e5 };
  close(utilisation([part]).compute, 0.6);
  close(utilisation([part]).memory, 0.3);
  close(utilisation([part]).busy, 0.8);
  assert.equal(utilisation([part, part]).compute, 1);
});

test("less() never goes below nothing", () => {
  const some = { compute: 1, memory: 2, busy: 2 };
  const more = { compute: 3, memory: 0.5, busy: 0.5 };
  assert.deepEqual(less(some, more), { compute: 0, memory: 1.5, busy: 1.5 });
});

test("useOf() of decodes alone is the decode step's peak time times its rate", () => {
  const prepared = prepare({ model, system, placement });
  assert.ok(!("reason" in prepared));
  const decode = { segments: [{ sequences: 8, query: 1, prefix: 500 }] };
  const times = prepared.cost.operators(decode);
  const none = { rate: 0, first: 0, tokenTime: 0.01, gap: 0.01, latency: 1, batch: 8 };
  const served = {
    ...none,
    decoding: 1,
    stepRate: 100,
    steps: { prompt: decode, decode },
    packing: { chunks: 1, prompts: 1 },
  };
  const { used, devices } = useOf(prepared, served, times);
  const { memory, busy } = peakTime(times, prepared.target);
  close(used.memory, 100 * memory);
  close(used.busy, 100 * busy);
  const pictured = useOf(prepared, { ...served, rate: 2 }, times, 0.02).used.busy;
  close(pictured - useOf(prepared, { ...served, rate: 2 }, times).used.busy, 2 * 0.02 * 0.25);
  assert.equal(devices, 1);
});

test("deviceDraw() of a device without a rating takes 0.8 pJ an operation, says so, and is unsure", () => {
  const { power: _, ...unrated } = device;
  const full = { compute: 1, memory: 1, busy: 1 };
  const { power, assumptions } = deviceDraw(full, unrated, SHIPPED_LAWS);
  close(power.p50, 800);
  assert.equal(power.basis, "analytic");
  assert.match(assumptions[0] ?? "", /no power rating; 800 W/);
});

test("deviceDraw() without a rating: 45 pJ an operation of a CPU, or 6 W a core, 4 pJ an operation of an FPGA, 5 pJ without matrix units", () => {
  const { power: _, link: __, ...unrated } = device;
  const full = { compute: 1, memory: 1, busy: 1 };
  const drawn = (of: Partial<Device>) =>
    deviceDraw(full, { ...unrated, ...of }, SHIPPED_LAWS).power.p50;
  close(drawn({ kind: "cpu", units: 72, peak: {}, vector: 7e12 }), 315);
  close(drawn({ kind: "cpu", units: 72, peak: { int8: 7e12 } }), 432);
  close(drawn({ kind: "fpga", peak: { int8: 10e12 } }), 40);
  close(drawn({ peak: { fp16: 10e12 }, vector: 10e12 }), 50);
  close(drawn({ peak: { fp16: 10e12, fp4: 40e12 } }), 5);
});

test("correctedDraw() scales what physics draws and stops at the rating", () => {
  const draw = deviceDraw({ compute: 0.1, memory: 0.3, busy: 0.5 }, device, SHIPPED_LAWS);
  const times = (factor: number) => ({
    ...UNCORRECTED,
    power: { intercept: Math.log(factor), terms: {}, low: -9, high: 9 },
  });
  const half = correctedDraw(draw, times(0.5), {}, device.id).power;
  close(half.p50, draw.power.p50 / 2);
  close(half.p90 / half.p50, draw.power.p90 / draw.power.p50);
  close(correctedDraw(draw, times(99), {}, device.id).power.p50, device.power?.max ?? 0);
});

const PHYSICS = { ...SHIPPED, corrections: UNCORRECTED };

test("estimate() over two stages: one user waits for both, as on one device of twice the layers' share", () => {
  const alone = { ...load, concurrency: 1 };
  const one = estimate({ model, system, placement, load: alone }, PHYSICS);
  const parallel = { ...placement.parallel, pipeline: 2 };
  const two = estimate(
    { model, system, placement: { ...placement, parallel }, load: alone },
    PHYSICS,
  );
  assert.ok(one.kind === "estimate" && two.kind === "estimate");
  assert.ok(two.tpot.p50 > one.tpot.p50);
  assert.ok(two.tpot.p50 < 1.1 * one.tpot.p50);
});
