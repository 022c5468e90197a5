import assert from "node:assert/strict";
import { test } from "node:test";
import { coresOf, isHere, providerOf } from "./targets.ts";

test("isHere() of engines of this machine is true, of devices of the catalogue false", () => {
  assert.deepEqual(["native", "wasm", "webgpu", "h100-sxm"].map(isHere), [true, true, true, false]);
});

test("providerOf() of a device that is not at hand is the processor, which computes its outputs", () => {
  assert.deepEqual(["wasm", "webgpu", "h100-sxm"].map(providerOf), ["wasm", "webgpu", "cpu"]);
});

test("coresOf() of a GPU is 1, where threads say nothing", () => {
  assert.equal(coresOf("webgpu"), 1);
  assert.ok(coresOf("native") >= 1);
});
