import assert from "node:assert/strict";
import { test } from "node:test";
import { engineReach } from "./engine-reach.ts";
import { device, placement } from "./fixtures/round.ts";

const { engine } = placement;
const clocked = { ...device, clock: 1e9, peak: { bf16: 1e15, fp32: 1e12 } };

test("engineReach() caps each rate at operations a unit and cycle, and leaves slower ones", () => {
  const { peak } = engineReach(clocked, { ...engine, flopsPerCycle: 500 });
  assert.deepEqual(peak, { bf16: 500 * 100 * 1e9, fp32: 1e12 });
});

test("engineReach() of an engine without a cap, or of no GPU, is the device", () => {
  assert.equal(engineReach(clocked, engine), clocked);
  const cpu = { ...clocked, kind: "cpu" } as const;
  assert.equal(engineReach(cpu, { ...engine, flopsPerCycle: 500 }), cpu);
});
