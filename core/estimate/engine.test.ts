import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../catalogue/index.ts";
import { dated, decodeEngine, versioned } from "./engine.ts";
import { device } from "./fixtures/round.ts";
import { surroundings } from "./surroundings.ts";
import type { Engine, System } from "./types.ts";

function shipped(id: string): Engine {
  for (const file of catalogue.engines) {
    const engine = decodeEngine(file);
    if (engine.ok && engine.value.id === id) return engine.value;
  }
  throw new Error(`no engine ${id}`);
}

const vllm = shipped("vllm");

test("dated() counts years back from 2026 and takes what came later for new", () => {
  assert.equal(dated(vllm, "2025-01").age, 1);
  assert.equal(dated(vllm, "2024-07-20").age, 1.5);
  assert.equal(dated(vllm, "2027-01").age, 0);
});

test("versioned() is the release before or at a version: vLLM 0.11.1 is of October 2025", () => {
  assert.equal(versioned(vllm, "0.11.1")?.age, 0.25);
  assert.ok(Math.abs((versioned(vllm, "v0.9.0.1")?.age ?? 0) - 8 / 12) < 1e-9);
  assert.equal(versioned(vllm, "0.19.0")?.age, 0);
});

test("versioned() of vLLM 0.11 and 0.12 computes tiles of experts that no token fills, 0.14 does not", () => {
  assert.deepEqual(versioned(vllm, "0.12.0")?.rowsAside, { rows: 128, vendor: "NVIDIA" });
  assert.equal(versioned(vllm, "0.11.1")?.groupsPadded, true);
  assert.equal(versioned(vllm, "0.10.2")?.rowsAside, undefined);
  assert.equal(versioned(vllm, "0.14.0")?.rowsAside, undefined);
});

test("versioned() refuses a version older than the catalogue lists, and words that hold none", () => {
  assert.equal(versioned(vllm, "0.1"), null);
  assert.equal(versioned(vllm, "nightly"), null);
  assert.equal(versioned(shipped("static"), "1.0"), null);
});

test("versioned() of vLLM before 0.8 has 256 sequences, short chunks, and no all-reduce of its own on AMD's devices", () => {
  const first = versioned(vllm, "0.6.2");
  assert.deepEqual([first?.stepTokensMax, first?.sequencesMax, first?.ringed], [512, 256, ["AMD"]]);
  assert.equal(versioned(vllm, "0.7.3")?.stepTokensMax, 2048);
  assert.equal(versioned(vllm, "0.9.0")?.ringed, undefined);
  assert.ok(first !== null);
  const around = (vendor: string) =>
    surroundings({ device: { ...device, vendor }, perHost: 8, network: 50e9 } as System, first);
  assert.deepEqual([around("AMD").ringed, around("NVIDIA").ringed], [2, undefined]);
});

test("versioned() knows the generations of vLLM: prompts alone until 0.6, host in the way until 0.14", () => {
  const first = versioned(vllm, "0.5.4");
  assert.deepEqual([first?.id, first?.promptsAlone], ["vllm-0.5", true]);
  assert.equal(versioned(vllm, "0.12")?.id, "vllm-0.13");
  assert.equal(versioned(vllm, "0.14.1")?.id, "vllm");
  assert.equal(dated(vllm, "2024-07").id, "vllm-0.5");
  assert.equal(vllm.id, "vllm");
});
