import assert from "node:assert/strict";
import { test } from "node:test";
import { assumedDevice } from "./assumed-device.ts";
import { device } from "./fixtures/round.ts";

const { memory: _memory, cache: _cache, ...bare } = device;

test("assumedDevice() of a device that lacks nothing changes no figure and says nothing", () => {
  const { memory, peak, cache, assumptions } = assumedDevice(device);
  assert.deepEqual(memory, device.memory);
  assert.deepEqual([peak, cache, assumptions], [device.peak, device.cache, []]);
});

test("assumedDevice() of a GPU without memory takes a byte for 150 operations, and says both", () => {
  const { memory, assumptions } = assumedDevice(bare);
  assert.equal(memory?.bandwidth, 1e15 / 150);
  assert.equal(memory?.capacity, 0.16 * (1e15 / 150));
  assert.equal(assumptions.length, 2);
});

test("assumedDevice() of a GPU that prints FP8 alone multiplies 16 bits at half of it, and TF32 at a quarter", () => {
  const { peak } = assumedDevice({ ...device, peak: { fp8: 8e14 } });
  assert.deepEqual(peak, { fp8: 8e14, bf16: 4e14, fp16: 4e14, tf32: 2e14 });
});

test("assumedDevice() of a CPU gives each core 5 GB/s and a host's memory", () => {
  const { memory } = assumedDevice({ ...bare, kind: "cpu", units: 50 });
  assert.equal(memory?.bandwidth, 250e9);
  assert.equal(memory?.capacity, 512e9);
});

test("assumedDevice() of a CPU without a rate computes two vectors of 256 bits a cycle and core", () => {
  const { vector } = assumedDevice({ ...bare, kind: "cpu", peak: {}, units: 10, clock: 2e9 });
  assert.equal(vector, 10 * 2e9 * 32);
});

test("assumedDevice() of an array of integers grows its bandwidth with the root of its rate", () => {
  const small = assumedDevice({ ...bare, kind: "asic", peak: { int8: 3.5e12 } });
  const large = assumedDevice({ ...bare, kind: "asic", peak: { int8: 14e12 } });
  assert.equal(small.memory?.bandwidth, 20e9);
  assert.equal(large.memory?.bandwidth, 40e9);
  assert.equal(small.peak.fp16, 0.4 * 3.5e12);
  assert.equal(small.cache, 5e-7 * 3.5e12);
});

test("assumedDevice() that has no rate and no way to one is left as it is", () => {
  const unknown = { ...bare, kind: "asic", peak: {} } as const;
  assert.equal(assumedDevice(unknown), unknown);
});

test("assumedDevice() of a GPU that prints INT8 and its vectors has floats of its matrix units too", () => {
  const { peak } = assumedDevice({ ...device, peak: { int8: 8e13 }, vector: 5e12 });
  assert.equal(peak.fp16, 0.4 * 8e13);
});
