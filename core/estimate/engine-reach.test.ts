import assert from "node:assert/strict";
import { test } from "node:test";
import { SHIPPED_LAWS } from "./coefficients.ts";
import { attentionReach, engineReach, vectorReach } from "./engine-reach.ts";
import { device, placement } from "./fixtures/round.ts";
import { target } from "./laws/index.ts";

const { engine } = placement;
const clocked = { ...device, clock: 1e9, peak: { bf16: 1e15, fp32: 1e12 } };

test("engineReach() caps each rate at operations a unit and cycle, and leaves slower ones", () => {
  const { peak } = engineReach(clocked, { ...engine, flopsPerCycle: 500 });
  assert.deepEqual(peak, { bf16: 500 * 100 * 1e9, fp32: 1e12 });
});

test("engineReach() sums in 16 bits, at half the rate of INT8 where sums in 32 bits are slower", () => {
  const most = { ...engine, flopsPerCycle: 5000 };
  const reach = (int8: number) =>
    engineReach({ ...clocked, peak: { bf16: 7e13, fp16: 7e13, fp32: 3e13, int8 } }, most).peak;
  assert.deepEqual(reach(2.8e14), { bf16: 1.4e14, fp16: 1.4e14, fp32: 3e13, int8: 2.8e14 });
  assert.equal(reach(1e14).fp16, 7e13);
});

test("engineReach() of an engine without a cap, or of no GPU, is the device", () => {
  assert.equal(engineReach(clocked, engine), clocked);
  const cpu = { ...clocked, kind: "cpu" } as const;
  assert.equal(engineReach(cpu, { ...engine, flopsPerCycle: 500 }), cpu);
});

test("attentionReach() caps fused attention alone: 1,450 operations of 100 units at 2 GHz are 0.29 of 1 PFLOP/s", () => {
  const fast = { ...device, clock: 2e9 };
  const ready = target({ device: fast, perHost: 8, network: 50e9, graphs: false }, SHIPPED_LAWS);
  assert.ok(!("kind" in ready));
  const capped = attentionReach(ready, { ...engine, attentionPerCycle: 1450 });
  assert.equal(capped.laws["attention/prefill"].compute, 0.29);
  assert.equal(capped.laws["matmul/bf16"], ready.laws["matmul/bf16"]);
  assert.equal(attentionReach(ready, engine), ready);
});

test("vectorReach() caps memory at bytes a unit and cycle: 8 of 100 units at 1 GHz are 0.8 TB/s", () => {
  const streamed = { ...engine, bytesPerCycle: 8 };
  const reach = (bandwidth: number) =>
    vectorReach({ ...clocked, memory: { ...clocked.memory, bandwidth } }, streamed).memory
      ?.bandwidth;
  assert.equal(reach(2e12), 0.8e12);
  assert.equal(reach(0.5e12), 0.5e12);
  assert.equal(vectorReach(clocked, engine), clocked);
});
