import assert from "node:assert/strict";
import { test } from "node:test";
import { NUMERICS_NAMES, numerics, withKv } from "./numerics.ts";

function bits(name: string): number {
  const found = numerics(name);
  assert.ok(found.ok);
  return found.value.linear.bits;
}

test("numerics() knows the true bits of a weight, scales included", () => {
  const names = ["bf16", "fp8", "mxfp8", "w4a16", "nvfp4", "mxfp4", "q4_k_m", "q6_k", "q8_0"];
  const expected = [16, 8, 8.25, 4.15625, 4.5, 4.25, 4.84, 6.5625, 8.5];
  assert.deepEqual(names.map(bits), expected);
});

test("numerics() takes any number of bits a weight on average, embedding and head with them", () => {
  const found = numerics("4.5bpw");
  assert.ok(found.ok);
  const { linear, embedding, head, kv } = found.value;
  assert.deepEqual([linear.bits, embedding.bits, head.bits, kv.bits], [4.5, 4.5, 4.5, 16]);
  assert.ok(!numerics("0bpw").ok && !numerics("bpw").ok);
});

test("numerics() of w4a16 gives the 3.89 GB of TheBloke/Llama-2-7B-AWQ", () => {
  const quantised = 32 * (4 * 4096 ** 2 + 3 * 4096 * 11008);
  const rest = 2 * 32000 * 4096;
  const bytes = (quantised * bits("w4a16")) / 8 + 2 * rest;
  assert.ok(Math.abs(bytes / 3.89e9 - 1) < 0.005, String(bytes));
});

test("numerics() quantises matrices and leaves embedding, head and cache in 16 bits", () => {
  for (const name of ["fp8", "nvfp4", "w4a16", "w8a8-int8"]) {
    const found = numerics(name);
    assert.ok(found.ok);
    const { embedding, head, kv, activations } = found.value;
    assert.deepEqual(
      [embedding, head, kv, activations].map((each) => each.bits),
      [16, 16, 16, 16],
    );
  }
});

test("numerics() multiplies weight-only formats in bf16", () => {
  for (const name of ["w4a16", "w8a16", "nvfp4-a16"]) {
    const found = numerics(name);
    assert.ok(found.ok && found.value.compute.linear === "bf16", name);
  }
});

test("numerics() takes other spellings and any case, and refuses what nobody uses", () => {
  assert.ok(["BF16", "bfloat16", "AWQ", "Q4_K_M", "q4-k-m"].every((name) => numerics(name).ok));
  assert.ok(!numerics("fp5").ok && !numerics("__proto__").ok);
});

test("numerics() has every name it lists", () => {
  assert.ok(NUMERICS_NAMES.every((name) => numerics(name).ok));
});

test("withKv() changes the cache and nothing else", () => {
  const given = numerics("bf16");
  assert.ok(given.ok);
  const changed = withKv(given.value, "fp8");
  assert.ok(changed.ok);
  assert.deepEqual(changed.value, { ...given.value, kv: { name: "fp8", bits: 8 } });
});
