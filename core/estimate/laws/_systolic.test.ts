import assert from "node:assert/strict";
import { test } from "node:test";
import type { Matmul } from "../../operators/index.ts";
import { device } from "../fixtures/round.ts";
import { SHIPPED_LAWS } from "../coefficients.ts";
import { systolicPadding } from "./_systolic.ts";
import { compiled, operatorTime, target } from "./index.ts";

const BF16 = { name: "bf16", bits: 16 };

function product(m: number, n: number, k: number): Matmul {
  return { kind: "matmul", m, n, k, batch: 1, compute: "bf16", weights: BF16, activations: BF16 };
}

test("systolicPadding() of sides that fill the array is 1", () => {
  assert.equal(systolicPadding(product(512, 256, 384), 128), 1);
});

test("systolicPadding() pads depth and outputs: 64 by 192 on 128 computes 128 by 256", () => {
  assert.equal(systolicPadding(product(512, 192, 64), 128), (128 * 256) / (64 * 192));
});

test("systolicPadding() of fewer rows than the side takes the time of the side", () => {
  assert.equal(systolicPadding(product(1, 128, 128), 128), 128);
  assert.equal(systolicPadding(product(32, 128, 128), 128), 4);
});

const work = product(4096, 4096, 4096);
const operator = {
  name: "product",
  group: "mlp",
  count: 1,
  work,
  flops: 2 * 4096 ** 3,
  read: 4 * 4096 ** 2,
  written: 2 * 4096 ** 2,
} as const;

function on(systolic: number) {
  const made = target(
    { device: { ...device, kind: "tpu", systolic }, perHost: 8, network: 50e9, graphs: true },
    SHIPPED_LAWS,
  );
  assert.ok(!("kind" in made));
  return made;
}

test("operatorTime() on arrays: a side that the sizes do not fill costs what it pads", () => {
  const fits = operatorTime(operator, on(128)).compute;
  const wide = operatorTime(operator, on(5000)).compute;
  const padded = (5000 / 4096) ** 3;
  assert.ok(Math.abs(wide / fits / padded - 1) < 1e-9);
});

test("operatorTime() in a graph laid out for arrays pays three twentieths of a kernel's overhead", () => {
  const served = on(128);
  const laid = operatorTime(operator, compiled(served, 1)).overhead;
  assert.ok(Math.abs(laid / operatorTime(operator, served).overhead - 0.15) < 1e-9);
});

test("target() counts an array in units of a GPU: 64 of 4096 operations a cycle, whatever cores it has", () => {
  const array = {
    ...device,
    kind: "asic",
    units: 2,
    clock: 1e9,
    peak: { bf16: 64 * 4096e9 },
  } as const;
  const made = target({ device: array, perHost: 8, network: 50e9, graphs: true }, SHIPPED_LAWS);
  assert.ok(!("kind" in made));
  assert.equal(made.units, 64);
});

const norm = {
  name: "norm",
  group: "norm",
  count: 1,
  work: { kind: "elementwise", elements: 1e6 },
  flops: 1e6,
  read: 2e6,
  written: 2e6,
} as const;

function laidOut(changes: Partial<typeof device>) {
  const array = { ...device, kind: "asic", systolic: 128, units: 2, ...changes } as const;
  const made = target({ device: array, perHost: 8, network: 50e9, graphs: true }, SHIPPED_LAWS);
  assert.ok(!("kind" in made));
  return compiled(made, 1);
}

test("operatorTime() of a pass beside an array: six rows of it a value, on each core of a norm", () => {
  const { compute } = operatorTime(norm, laidOut({}));
  assert.ok(Math.abs(compute / ((2 * 6 * 1e6 * 2 * 128) / 1e15) - 1) < 1e-9);
  const dealt = operatorTime({ ...norm, group: "mlp" }, laidOut({})).compute;
  assert.ok(Math.abs(compute / dealt - 2) < 1e-9);
  assert.equal(operatorTime(norm, on(128)).compute, 0);
});

test("operatorTime() of a pass beside an array: values that leave the chip go through memory in FP32", () => {
  const large = { ...norm, group: "mlp", work: { kind: "elementwise", elements: 1e9 } } as const;
  const made = laidOut({});
  const { memory } = operatorTime(large, made);
  const bytes = 2 * 4 * 1e9;
  assert.ok(Math.abs(memory / (bytes / (4e12 * made.laws.elementwise.memory)) - 1) < 1e-3);
  assert.ok(operatorTime(norm, made).memory < 0.05 * operatorTime(norm, made).compute);
});

test("operatorTime() of a masked softmax on arrays computes the whole square and moves it, an encoder's does not", () => {
  const base = { sequences: 1, query: 4096, context: 4096, heads: 8, kvHeads: 8, headDim: 128 };
  const kinds = { window: null, latent: false, compute: "bf16", kv: BF16 } as const;
  const of = (causal: boolean, made: ReturnType<typeof laidOut>) => {
    const work = { kind: "attention", ...base, valueDim: 128, causal, ...kinds } as const;
    const flops = (causal ? 0.5 : 1) * 4 * 8 * 4096 * 4096 * 128;
    return operatorTime({ ...operator, group: "attention", work, flops }, made).compute;
  };
  const passes = (3 * 6 * 8 * 4096 * 4096 * 2 * 128) / 1e15;
  const moved = (7 * 2 * 4 * 8 * 4096 * 4096) / 4e12;
  const bare = laidOut({ peak: { bf16: 1e15 }, cache: 50e6 });
  const tpu = on(128);
  const added = of(true, bare) - of(true, tpu);
  assert.ok(Math.abs(added / (passes + moved) - 1) < 0.05, `${added} ${passes} ${moved}`);
  assert.ok(Math.abs((of(false, bare) - of(false, tpu)) / passes - 1) < 0.05);
});

test("operatorTime() of an exchange between chips whose cores are each a rank is that of twice as many ranks", () => {
  const of = (units: number, ranks: number) => {
    const work = { kind: "collective", pattern: "all-reduce", ranks, bytes: 1e5 } as const;
    return operatorTime({ ...norm, group: "communication", work }, laidOut({ units })).time;
  };
  assert.ok(Math.abs(of(2, 4) / of(1, 8) - 1) < 1e-9);
  assert.ok(of(2, 4) > of(1, 4));
  assert.equal(of(2, 1), 0);
});
