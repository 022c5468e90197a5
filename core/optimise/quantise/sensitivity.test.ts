import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file, node, value, weights } from "../../model/onnx/_fake-models.ts";
import type { HostTensor, Runner, Tensors } from "../runner.ts";
import { layerNoises, mixed, withinNoise } from "./sensitivity.ts";
import type { DynamicRecipe } from "./recipe.ts";

const RECIPE: DynamicRecipe = { kind: "dynamic", pairsSaturate: false, kept: [] };

const MODEL = file({
  input: [value("x", [1, 4])],
  output: [value("y", [1, 4])],
  initializer: [weights("w", [4, 4]), weights("v", [4, 4])],
  node: [node("MatMul", "x w", "a"), node("MatMul", "a v", "y")],
});

function floats(list: readonly number[]): HostTensor {
  const bytes = new Uint8Array(Float32Array.from(list).buffer);
  return { type: 1, dims: [1, list.length], bytes };
}

/** Answers (3, 4), and with an error in the second number for each layer in 8 bits: 1 for "a", 5 for "y". */
const runner: Runner = {
  outputs: async (bytes) => {
    const model = await decodeOnnxFile(bytes);
    assert.ok(model.ok);
    const nodes = model.value.graph?.node ?? [];
    const isWhole = (name: string) =>
      nodes.some(({ opType, output }) => opType === "MatMul" && output[0] === name);
    const error = (isWhole("a") ? 0 : 1) + (isWhole("y") ? 0 : 5);
    return { kind: "done", value: [{ y: floats([3, 4 + error]) }] };
  },
  compare: () => Promise.reject(new Error("not asked")),
  throughput: () => Promise.reject(new Error("not asked")),
  profile: () => Promise.reject(new Error("not asked")),
};

const PROBE = {
  model: MODEL,
  calibration: null,
  feeds: [{}] as readonly Tensors[],
  runner,
  session: { threads: 1, provider: "cpu", optimises: true },
};

test("layerNoises() is the power of the error of one layer over the power of the output", async () => {
  const found = await layerNoises(RECIPE, { ...PROBE, goes: () => true });
  assert.ok(found.kind === "done");
  // 1 / (9 + 16) and 25 / (9 + 16)
  assert.deepEqual(found.value, [
    { layer: "a", noise: 0.04 },
    { layer: "y", noise: 1 },
  ]);
});

test("layerNoises() ends with what is known when it may not go on", async () => {
  const found = await layerNoises(RECIPE, { ...PROBE, goes: (share) => share < 0.5 });
  assert.ok(found.kind === "done");
  assert.deepEqual(
    found.value.map(({ layer }) => layer),
    ["a"],
  );
});

const NOISES = [
  { layer: "a", noise: 0.001 },
  { layer: "b", noise: 0.002 },
  { layer: "c", noise: 0.1 },
];
const LAYERS = ["a", "b", "c", "d"];

test("withinNoise() takes layers while their noise adds up to less than may be, and keeps unknown ones", () => {
  assert.deepEqual(withinNoise(RECIPE, NOISES, LAYERS, 0.0031).kept, ["c", "d"]);
  assert.deepEqual(withinNoise(RECIPE, NOISES, LAYERS, 0.0029).kept, ["b", "c", "d"]);
  assert.deepEqual(withinNoise(RECIPE, NOISES, LAYERS, 1).kept, ["d"]);
});

test("withinNoise() prefers the layer that gains more for its noise", () => {
  const gain = (layer: string) => (layer === "b" ? 10 : 1);
  assert.deepEqual(withinNoise(RECIPE, NOISES, LAYERS, 0.0025, gain).kept, ["a", "c", "d"]);
});

test("mixed() keeps the layers whose noise is too much", async () => {
  const found = await mixed(RECIPE, 0.05, { ...PROBE, goes: () => true });
  assert.deepEqual(found, { kind: "done", value: { ...RECIPE, kept: ["y"] } });
});
