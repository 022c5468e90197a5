import assert from "node:assert/strict";
import { test } from "node:test";
import coefficients from "../../../coefficients/laws.json" with { type: "json" };
import type { Operator } from "../../operators/index.ts";
import { device } from "../fixtures/round.ts";
import { compiled, decodeLaws, operatorTime, prerounded, target, type Target } from "./index.ts";

function targetOf(changes: Partial<typeof device>): Target {
  const laws = decodeLaws(coefficients);
  assert.ok(laws.ok);
  const around = { perHost: 8, network: 50e9, graphs: true };
  const made = target({ device: { ...device, ...changes }, ...around }, laws.value);
  assert.ok(!("kind" in made));
  return made;
}

/** A pass over tensors of 8 MB each way. */
const pass: Operator = {
  name: "pass",
  group: "pointwise",
  count: 1,
  work: { kind: "elementwise", elements: 4e6 },
  flops: 0,
  read: 8e6,
  written: 8e6,
};

test("compiled() hands small tensors on through the cache: a pass costs little but its launch", () => {
  const plain = targetOf({});
  const [served, whole] = [operatorTime(pass, plain), operatorTime(pass, compiled(plain, 8))];
  assert.ok(whole.memory < 0.05 * served.memory);
  assert.equal(whole.overhead, served.overhead);
});

test("compiled() tensors that are larger than the cache cost what they cost in service", () => {
  const plain = targetOf({});
  const large = { ...pass, read: 8e9, written: 8e9 };
  const ratio = operatorTime(large, compiled(plain, 8)).memory / operatorTime(large, plain).memory;
  assert.ok(ratio > 0.999 && ratio <= 1);
});

test("compiled() takes samples one by one on arrays, whole batches on GPUs", () => {
  assert.equal(compiled(targetOf({}), 8).slices, 1);
  assert.equal(compiled(targetOf({ kind: "asic" }), 8).slices, 8);
});

test("compiled() products of eight bits do not measure their scales", () => {
  const made = compiled(targetOf({ peak: { bf16: 1e15, int8: 2e15 } }), 1);
  assert.equal(made.laws["matmul/int8"], made.laws["matmul/bf16"]);
  assert.ok(made.laws["matmul/fp8"].compute <= made.laws["matmul/bf16"].compute);
});

/** Many rows by few columns: the pass over activations costs as much as the product. */
function tall(m: number): Operator {
  const [n, k] = [256, 4096];
  const fp8 = { name: "fp8", bits: 8 };
  const work = { kind: "matmul", m, n, k, batch: 1, compute: "fp8" } as const;
  const sides = { weights: fp8, activations: { name: "bf16", bits: 16 } };
  return {
    name: "tall",
    group: "mlp",
    count: 1,
    work: { ...work, ...sides },
    flops: 2 * m * n * k,
    read: m * k + n * k,
    written: 2 * m * n,
  };
}

test("operatorTime() of an FP8 product reads wide activations and writes narrow ones before it begins", () => {
  const plain = targetOf({ peak: { bf16: 1e15, fp8: 2e15 } });
  const served = operatorTime(tall(65_536), plain);
  const bare = operatorTime(tall(65_536), prerounded(plain));
  const law = plain.laws["matmul/fp8"];
  const values = 65_536 * 4096;
  const traffic = (3 * values) / (plain.bandwidth * law.memory);
  const cycles = (law.shape.rounding * values) / (plain.units * plain.clock);
  const pass = served.time - served.overhead - (bare.time - bare.overhead);
  assert.ok(Math.abs(pass / (traffic ** 4 + cycles ** 4) ** 0.25 - 1) < 1e-9);
  assert.ok(pass > 0.5 * (bare.time - bare.overhead));
  assert.ok(Math.abs(served.memory - bare.memory - pass) < 1e-12);
});

test("prerounded() products launch one kernel, as BF16 does; other laws are as they were", () => {
  const plain = targetOf({ peak: { bf16: 1e15, fp8: 2e15 } });
  const { laws } = prerounded(plain);
  for (const name of ["matmul/fp8", "matmul/fp8-block", "matmul/nvfp4"] as const) {
    assert.equal(laws[name].shape.rounding, 0);
    assert.ok(laws[name].overhead <= plain.laws["matmul/bf16"].overhead);
  }
  assert.equal(laws["experts/fp8"], plain.laws["experts/fp8"]);
});

const PROCESSOR = {
  kind: "cpu",
  vector: 1e12,
  peak: { fp32: 1e12, bf16: 16e12, int8: 4e12 },
} as const;

test("compiled() of a processor holds tiles back, and eight bits on vector units to seven tenths", () => {
  const plain = targetOf(PROCESSOR);
  const made = compiled(plain, 1);
  const reach = made.laws["matmul/bf16"].compute;
  assert.ok(Math.abs((made.formats.bf16?.peak ?? 0) * reach - 0.58 * 16e12) < 1);
  assert.equal(made.formats.fp32?.peak, 1e12);
  assert.equal(made.formats.int8?.peak, 4e12);
  assert.equal(made.laws["matmul/int8"].compute, 0.7);
  const amx = compiled(targetOf({ ...PROCESSOR, peak: { ...PROCESSOR.peak, int8: 32e12 } }), 1);
  assert.ok(Math.abs((amx.formats.int8?.peak ?? 0) * 0.7 - 0.58 * 32e12) < 1);
});

test("operatorTime() of a pass on a processor is 160 FLOPs of its vector units for 4 bytes, on GPUs traffic alone", () => {
  const { compute } = operatorTime(pass, compiled(targetOf(PROCESSOR), 1));
  assert.ok(Math.abs(compute / ((160 * 2e6) / 1e12) - 1) < 1e-9);
  assert.equal(operatorTime(pass, compiled(targetOf({}), 1)).compute, 0);
});

test("operatorTime() of a product in INT8 between floats on a processor quantises and widens in passes", () => {
  const of = (bits: number, kind: "cpu" | "gpu") => {
    const [m, n, k] = [512, 512, 512];
    const eight = { name: "int8", bits: 8 };
    const shape = { kind: "matmul", m, n, k, batch: 1, compute: "int8", weights: eight } as const;
    const work = { ...shape, activations: { name: "wide", bits } };
    const flops = 2 * m * n * k;
    const made = compiled(targetOf({ ...PROCESSOR, kind }), 1);
    return operatorTime({ ...pass, work, flops, read: 1e6, written: 1e6 }, made).time;
  };
  const passes = (160 * 2 * 512 * 512) / 1e12;
  assert.ok(Math.abs((of(32, "cpu") - of(16, "cpu")) / passes - 1) < 1e-6);
});
