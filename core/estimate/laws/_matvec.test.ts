import assert from "node:assert/strict";
import { test } from "node:test";
import type { Matmul, Recurrence } from "../../operators/index.ts";
import { SHIPPED_LAWS } from "../coefficients.ts";
import { device } from "../fixtures/round.ts";
import { blockCycles, matvecKernel } from "./_matvec.ts";
import { operatorTime, target } from "./index.ts";

/** BW_S10 of Fowers et al. 2018: 400 by 40 by 6 at 250 MHz. */
const UNIT = {
  ...device,
  kind: "fpga",
  peak: { fp8: 48e12 },
  clock: 250e6,
  matvec: { native: 400, lanes: 40, tiles: 6 },
} as const;
const FP8 = { name: "fp8", bits: 8 };

function on() {
  const made = target({ device: UNIT, perHost: 1, network: 1e9, graphs: true }, SHIPPED_LAWS);
  assert.ok(!("kind" in made), JSON.stringify(made));
  return made;
}

function product(m: number, n: number, k: number): Matmul {
  return { kind: "matmul", m, n, k, batch: 1, compute: "fp8", weights: FP8, activations: FP8 };
}

function recurrence(steps: number, gates: number, hidden: number): Recurrence {
  const sides = { steps, m: 1, n: gates * hidden, k: hidden };
  return { kind: "recurrent", ...sides, compute: "fp8", weights: FP8, activations: FP8 };
}

/** Both halves of a layer of equal widths: products of the inputs, and the recurrence itself. */
function layer(gates: number, hidden: number, steps: number): number {
  const inputs = matvecKernel(product(steps, gates * hidden, hidden), on()).time;
  return inputs + matvecKernel(recurrence(steps, gates, hidden), on()).time;
}

test("blockCycles() of six blocks of 400 by 400 on six tiles of 40 lanes is 10, which is 96,000 products a cycle", () => {
  assert.equal(blockCycles(2400, 400, { device: UNIT }), 10);
  assert.equal((2400 * 400) / blockCycles(2400, 400, { device: UNIT }), 96_000);
});

test("blockCycles() pads both sides to the native dimension, and the blocks to the tiles", () => {
  assert.equal(blockCycles(401, 400, { device: UNIT }), 10);
  assert.equal(blockCycles(1, 1, { device: UNIT }), 10);
  assert.equal(blockCycles(2400, 401, { device: UNIT }), 20);
});

test("matvecKernel() of many vectors takes as long for each as one alone, and reads nothing", () => {
  const [one, many] = [1, 64].map((m) => matvecKernel(product(m, 2400, 2400), on()));
  assert.ok(one !== undefined && many !== undefined);
  assert.ok(Math.abs(many.time / one.time / 64 - 1) < 1e-9);
  assert.equal(many.memory, 0);
});

/**
 * Microseconds a step, of which LSTM 256 and GRU 1024 set the depth of the pipeline.
 *
 * Source: Fowers et al. 2018, recurrent layers of DeepBench on BW_S10, one sequence
 */
const STEPS = [
  ["GRU", 3, 2816, 1987 / 750],
  ["GRU", 3, 2560, 993 / 375],
  ["GRU", 3, 2048, 954 / 375],
  ["GRU", 3, 1536, 951 / 375],
  ["LSTM", 4, 2048, 74 / 25],
  ["LSTM", 4, 1536, 145 / 50],
  ["LSTM", 4, 512, 77 / 25],
] as const;

for (const [name, gates, hidden, microseconds] of STEPS) {
  test(`matvecKernel() of ${name} ${hidden} is within 15 % of the time a step that its authors print`, () => {
    const found = layer(gates, hidden, 1) * 1e6;
    assert.ok(Math.abs(found / microseconds - 1) < 0.15, `${found} where ${microseconds}`);
  });
}

test("operatorTime() on such a unit leaves activations to what they are chained to", () => {
  const work = { kind: "elementwise", elements: 1e6 } as const;
  const cost = { count: 1, flops: 1e6, read: 1e6, written: 1e6 };
  const pass = { name: "activation", group: "pointwise", work, ...cost } as const;
  assert.equal(operatorTime(pass, on()).time, 0);
});
