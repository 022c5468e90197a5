import assert from "node:assert/strict";
import { test } from "node:test";
import { phaseTargets } from "./batch-target.ts";
import { SHIPPED_LAWS } from "./coefficients.ts";
import { device, placement, system } from "./fixtures/round.ts";

const clocked = { ...device, clock: 1e9, peak: { bf16: 1e15 } };
const engine = { ...placement.engine, flopsPerCycle: 500 };
const capped = 500 * 100 * 1e9;

function rates(batch: number) {
  const made = phaseTargets({ ...system, device: clocked }, engine, batch, SHIPPED_LAWS);
  assert.ok(!("kind" in made));
  return [made.prompt.formats.bf16?.peak, made.decode.formats.bf16?.peak];
}

test("phaseTargets() caps prompts at what an engine's kernels of matrices reach, not eight vectors", () => {
  assert.deepEqual(rates(8), [capped, 1e15]);
  assert.deepEqual(rates(9), [capped, capped]);
});

test("phaseTargets() of a device without a bandwidth is infeasible for want of figures", () => {
  const { memory: _, ...blind } = clocked;
  const made = phaseTargets({ ...system, device: blind }, engine, 1, SHIPPED_LAWS);
  assert.ok("kind" in made && made.reason === "figures");
});
