import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Machine, Measured } from "../measure/lanes/index.ts";
import { FAKE_GPU, fakeLane } from "./_fake-lanes.ts";
import { emptyFolder } from "./_fake-shell.ts";
import { withKeptLanes } from "./kept-lanes.ts";
import { lanesSchema } from "./schemas/measure.ts";

const named = (value: string) => ({ value, from: "a test" });

function machine(name: string, threads = 2): Machine {
  const unknown = { vendor: null, flags: null, cores: null, clock: null, memory: null };
  return {
    ...unknown,
    name: named(name),
    threads: { value: threads, from: "a test" },
    caches: [],
    memoryFree: null,
    system: null,
  };
}

const lane = (method: string, rate: number) => fakeLane(rate, { method });

const BEFORE: Measured = {
  machine: machine("This"),
  lanes: [lane("wasm SIMD", 1e9), lane("onnxruntime MatMul", 9e9)],
  gpus: [{ gpu: FAKE_GPU, lanes: [lane("cublas", 1e12)] }],
  notes: [],
  waited: 0.2,
};
const NOW: Measured = { ...BEFORE, lanes: [lane("wasm SIMD", 2e9)], gpus: [], waited: 0 };

function device(before: unknown): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, "mine.lanes.json"), JSON.stringify(before));
  return join(folder, "mine.json");
}

const file = device({ ...BEFORE, date: "2026-11-25", files: [] });

test("withKeptLanes() keeps the parts that were not asked for, with their day, and says so", async () => {
  const { lanes, gpus, notes, waited } = await withKeptLanes(NOW, ["wasm"], file);
  assert.deepEqual(
    lanes.map(({ method, rate, date }) => [method, rate.p50, date]),
    [
      ["wasm SIMD", 2e9, undefined],
      ["onnxruntime MatMul", 9e9, "2026-11-25"],
    ],
  );
  assert.deepEqual(
    gpus.map(({ gpu, lanes: [first] }) => [gpu.by, first?.date]),
    [["CUDA", "2026-11-25"]],
  );
  assert.equal(waited, 0);
  assert.match(notes.join(), /^native lanes of 2026-11-25 are kept.*,cuda lanes of 2026-11-25/u);
  const again = { ...NOW, lanes, gpus, notes, date: "2026-11-26", files: [] };
  lanesSchema.parse(again);
  const later = await withKeptLanes({ ...NOW, lanes: [] }, ["cuda"], device(again));
  assert.deepEqual(
    later.lanes.map(({ date }) => date),
    ["2026-11-26", "2026-11-25"],
  );
});

test("withKeptLanes() has GPUs in the order of one measurement, and says nothing of one without lanes", async () => {
  const web = { gpu: { ...FAKE_GPU, by: "WebGPU" }, lanes: [lane("by hand", 1e12)] };
  const now = { ...NOW, gpus: [web] };
  const both = await withKeptLanes(now, ["wasm", "native", "webgpu"], file);
  assert.deepEqual(
    both.gpus.map(({ gpu }) => gpu.by),
    ["CUDA", "WebGPU"],
  );
  const bare = { ...BEFORE, gpus: [{ gpu: FAKE_GPU, lanes: [] }], date: "2026-11-25", files: [] };
  const { notes } = await withKeptLanes(now, ["wasm", "native", "webgpu"], device(bare));
  assert.deepEqual(notes, []);
});

test("withKeptLanes() keeps nothing of a part that is measured, or where nothing stands", async () => {
  assert.deepEqual(await withKeptLanes(NOW, ["wasm", "native", "cuda"], file), NOW);
  assert.deepEqual(await withKeptLanes(NOW, ["wasm"], join(emptyFolder(), "mine.json")), NOW);
});

for (const [what, before, expected] of [
  ["another machine", { ...BEFORE, machine: machine("That") }, /another machine/u],
  ["a machine of more processors", { ...BEFORE, machine: machine("This", 4) }, /another machine/u],
  ["what is no lanes", { lanes: 3 }, /is not read as lanes/u],
] as const) {
  test(`withKeptLanes() leaves lanes of ${what}, and says so`, async () => {
    const found = await withKeptLanes(
      NOW,
      ["wasm"],
      device({ date: "2026-11-25", files: [], ...before }),
    );
    assert.deepEqual(found.lanes, NOW.lanes);
    assert.match(found.notes.join(), expected);
  });
}
