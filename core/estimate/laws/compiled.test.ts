import assert from "node:assert/strict";
import { test } from "node:test";
import coefficients from "../../../coefficients/laws.json" with { type: "json" };
import type { Operator } from "../../operators/index.ts";
import { device } from "../fixtures/round.ts";
import { compiled, decodeLaws, operatorTime, target, type Target } from "./index.ts";

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
