import assert from "node:assert/strict";
import { test } from "node:test";
import type { Counted } from "./_job.ts";
import { together } from "./_together.ts";

/** Of two runs a process, each of which takes a second longer by the wall than by the processor. */
function counted(given: Partial<Counted>): { readonly kind: "done"; readonly value: Counted } {
  const value = { rate: 2, times: [3, 5], cpu: 2, bytesResident: 100, joules: null, ...given };
  return { kind: "done", value };
}

test("together() adds rates and memory, of items, and takes the middle of processor times", () => {
  const answer = together([counted({}), counted({ rate: 3, cpu: 4 })], 8);
  assert.ok(answer.kind === "done");
  const { itemsPerSecond, timing, energy } = answer.value;
  assert.equal(itemsPerSecond, 8 * 5);
  assert.deepEqual([timing.cpu, timing.bytesResident, timing.runs], [3, 200, 4]);
  assert.equal(energy, undefined);
});

test("together() shares what one counter says among the items of all runs, once", () => {
  const answer = together([counted({ joules: 64 }), counted({ joules: 64 })], 8);
  assert.ok(answer.kind === "done");
  assert.equal(answer.value.energy, 64 / 4 / 8);
});

test("together() of a process that failed is its answer", () => {
  const failed = { kind: "failed", reason: "memory", message: "too large" } as const;
  assert.equal(together([counted({}), failed], 1), failed);
});
