import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { node, value, weights } from "../../model/onnx/_fake-models.ts";
import type { Runner } from "../runner.ts";
import { draftOf, floats, Rewritten } from "./_fake-drafts.ts";
import { foldConstants } from "./index.ts";

const refuse = () => Promise.reject(new Error("not asked"));

/** An engine that gives `answer` for every output, and notes the operators it was asked to run. */
function fakeRunner(answer: readonly number[]): {
  readonly runner: Runner;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const bytes = new Uint8Array(Float32Array.from(answer).buffer);
  const outputs: Runner["outputs"] = async (model) => {
    const decoded = await decodeOnnxFile(model);
    assert.ok(decoded.ok);
    const { node: nodes = [], output = [] } = decoded.value.graph ?? {};
    asked.push(...nodes.map(({ opType }) => opType));
    const tensor = { type: 1, dims: [answer.length], bytes };
    return {
      kind: "done",
      value: [Object.fromEntries(output.map(({ name }) => [name, tensor]))],
    };
  };
  const runner = { outputs, compare: refuse, throughput: refuse, profile: refuse };
  return { runner, asked };
}

const PARTS = {
  input: [value("x", [2])],
  output: [value("y", [2])],
  initializer: [floats("a", [2], [1, 2]), floats("b", [2], [3, 4])],
  node: [
    node("Exp", "a", "e"),
    node("Add", "e b", "s"),
    node("Mul", "x s", "m"),
    node("Add", "m b", "y"),
  ],
};

test("foldConstants() has an engine compute what no input changes, and keeps the results alone", async () => {
  const draft = await draftOf(PARTS);
  const { runner, asked } = fakeRunner([7, 8]);
  assert.deepEqual(await foldConstants(draft, runner), { kind: "done", value: 1 });
  assert.deepEqual(asked, ["Exp", "Add"]);
  const made = new Rewritten(draft);
  assert.deepEqual(made.operators, ["Mul", "Add"]);
  assert.deepEqual(made.held(0, 1), [7, 8]);
  draft.undoFrom(0);
  assert.deepEqual(made.operators, ["Exp", "Add", "Mul", "Add"]);
});

test("foldConstants() with an engine that fails leaves the model as it was", async () => {
  const draft = await draftOf(PARTS);
  const failed = { kind: "failed", reason: "crashed", message: "gone" } as const;
  const runner: Runner = {
    outputs: () => Promise.resolve(failed),
    compare: refuse,
    throughput: refuse,
    profile: refuse,
  };
  assert.deepEqual(await foldConstants(draft, runner), failed);
  assert.equal(draft.log.length, 0);
});

test("foldConstants() leaves a large result to be computed where the file goes on holding what it comes from", async () => {
  const side = 600;
  const values = Array.from({ length: side * side }, () => 0.5);
  const shared = (other: string) => ({
    ...PARTS,
    initializer: [floats("table", [side, side], values), floats("rest", [side, side], values)],
    node: [
      node("Transpose", "table", "turned"),
      node("MatMul", "x turned", "m"),
      node("Add", `m ${other}`, "y"),
    ],
  });
  const { runner } = fakeRunner(values);
  const folded = async (other: string) => foldConstants(await draftOf(shared(other)), runner);
  assert.deepEqual(await folded("rest"), { kind: "done", value: 1 });
  assert.deepEqual(await folded("table"), { kind: "done", value: 0 });
});

test("foldConstants() leaves codes of weights to the engine, which multiplies them as they are", async () => {
  const draft = await draftOf({
    ...PARTS,
    initializer: [weights("codes", [2], 3), floats("scale", [], [0.5]), weights("zero", [], 3)],
    node: [node("DequantizeLinear", "codes scale zero", "w"), node("Mul", "x w", "y")],
  });
  assert.deepEqual(await foldConstants(draft, fakeRunner([]).runner), { kind: "done", value: 0 });
});
