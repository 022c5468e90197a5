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

test("operatorTime() in a graph laid out for arrays pays three tenths of a kernel's overhead", () => {
  const served = on(128);
  const laid = operatorTime(operator, compiled(served, 1)).overhead;
  assert.ok(Math.abs(laid / operatorTime(operator, served).overhead - 0.3) < 1e-9);
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
