import assert from "node:assert/strict";
import { test } from "node:test";
import { balanced, spared } from "./_pools.ts";
import type { Breach, Refusal } from "./types.ts";

const workers = { prefill: 40, decode: 10 };

function refused(infeasible: object): Refusal {
  return { infeasible } as unknown as Refusal;
}

function broken(limit: Breach["limit"]): Refusal {
  return refused({ kind: "breach", limit, allowed: 1, reached: 2 });
}

test("spared() adds a twentieth to the pool that the broken limit is about, at least one worker", () => {
  assert.deepEqual(spared(broken("ttft"), workers), { prefill: 42, decode: 10 });
  assert.deepEqual(spared(broken("tpot"), workers), { prefill: 40, decode: 11 });
  assert.deepEqual(spared(broken("latency"), workers), { prefill: 40, decode: 11 });
  const late = refused({ kind: "infeasible", reason: "rate", message: "" });
  assert.deepEqual(spared(late, workers), { prefill: 42, decode: 11 });
});

test("spared() adds none where more devices would not help", () => {
  assert.equal(spared(broken("costPerHour"), workers), null);
  assert.equal(
    spared(refused({ kind: "infeasible", reason: "memory", message: "" }), workers),
    null,
  );
});

test("balanced() gives the slower pool as many workers as keep up with one of the other, prompts never short", () => {
  assert.deepEqual(balanced({ prefill: 10, decode: 3 }), { prefill: 1, decode: 3 });
  assert.deepEqual(balanced({ prefill: 10, decode: 5.1 }), { prefill: 1, decode: 1 });
  assert.deepEqual(balanced({ prefill: 4, decode: 4 }), { prefill: 1, decode: 1 });
  assert.deepEqual(balanced({ prefill: 3, decode: 10 }), { prefill: 4, decode: 1 });
});
