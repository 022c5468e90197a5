import assert from "node:assert/strict";
import { test } from "node:test";
import coefficients from "../../../coefficients/laws.json" with { type: "json" };
import type { Device } from "../../catalogue/index.ts";
import type { Operator, Work } from "../../operators/index.ts";
import { decodeLaws, operatorTime, target, type Target } from "./index.ts";

const BF16 = { name: "bf16", bits: 16 };

const device: Device = {
  id: "test",
  name: "Test",
  vendor: "Test",
  kind: "gpu",
  status: "shipping",
  peak: { bf16: 1e15, fp8: 2e15 },
  memory: { capacity: 80e9, bandwidth: 3e12 },
  units: 132,
  cache: 50e6,
  link: { bandwidth: 450e9, domain: 8 },
  assumptions: [],
};

function targetOf(changes: Partial<Device> = {}): Target {
  const laws = decodeLaws(coefficients);
  assert.ok(laws.ok);
  const made = target(
    { device: { ...device, ...changes }, perHost: 8, network: 50e9, graphs: true },
    laws.value,
  );
  assert.ok(!("kind" in made));
  return made;
}

function operator(work: Work, flops: number, read: number, written = 0): Operator {
  return { name: work.kind, group: "mlp", count: 1, work, flops, read, written };
}

function matmul(m: number, n: number, k: number): Operator {
  const work: Work = {
    kind: "matmul",
    m,
    n,
    k,
    batch: 1,
    compute: "bf16",
    weights: BF16,
    activations: BF16,
  };
  return operator(work, 2 * m * n * k, 2 * (m * k + k * n), 2 * m * n);
}

test("operatorTime() is never below the roofline of the datasheet", () => {
  for (const m of [1, 16, 300, 8192]) {
    const one = matmul(m, 8192, 8192);
    const roofline = Math.max(one.flops / 1e15, (one.read + one.written) / 3e12);
    assert.ok(operatorTime(one, targetOf()).time > roofline);
  }
});

test("operatorTime() of a large product falls as the peak rises", () => {
  const large = matmul(8192, 8192, 8192);
  const slow = operatorTime(large, targetOf());
  const fast = operatorTime(large, targetOf({ peak: { bf16: 1.1e15 } }));
  assert.equal(slow.bound, "compute");
  assert.ok(fast.time < slow.time);
});
