import assert from "node:assert/strict";
import { test } from "node:test";
import { node, value } from "../../model/onnx/_models.ts";
import { floats, rewrittenBy } from "./_fake-drafts.ts";

const ones = (count: number, each = 1) => Array.from({ length: count }, () => each);

/** A convolution of eight channels, then `nodes` from "c" to "y". */
const after = (nodes: ReturnType<typeof node>[]) => ({
  input: [value("x", [1, 3, 4, 4])],
  output: [value("y", [1, 8, 4, 4])],
  initializer: [
    floats("w", [8, 3, 1, 1], ones(24)),
    floats("three", [], [3]),
    floats("zero", [], [0]),
    floats("six", [], [6]),
    floats("s", [1], [-0.5]),
    floats("t", [1], [9]),
  ],
  node: [node("Conv", "x w", "c"), ...nodes],
});

/** c * Clip(c + 3, 0, 6) / 6, as exporters spell HardSwish. */
const SPELLED = [
  node("Add", "c three", "a"),
  node("Clip", "a zero six", "l"),
  node("Mul", "c l", "m"),
  node("Div", "m six", "d"),
];

test("gated-activations of c * Clip(c + 3, 0, 6) / 6 is c * Clip(c / 6 + 1/2, 0, 1) with a convolution", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([...SPELLED, node("Identity", "d", "y")]),
  );
  assert.deepEqual(made.operators, ["Conv", "Conv", "Clip", "Mul", "Identity"]);
  assert.deepEqual(made.held(1, 1), ones(8, Math.fround(1 / 6)));
  assert.deepEqual(made.held(1, 2), ones(8, 0.5));
  assert.deepEqual([made.held(2, 1), made.held(2, 2)], [[0], [1]]);
  assert.deepEqual(made.nodes[3]?.input[0], "c");
});

test("gated-activations takes what scales the product into the gate, and adds after it", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([...SPELLED, node("Mul", "d s", "n"), node("Add", "n t", "y")]),
  );
  assert.deepEqual(made.operators, ["Conv", "Conv", "Clip", "Mul", "Add"]);
  assert.deepEqual(made.held(1, 1), ones(8, Math.fround(-1 / 12)));
  assert.deepEqual(made.held(1, 2), ones(8, -0.25));
  assert.deepEqual([made.held(2, 1), made.held(2, 2)], [[-0.5], [0]]);
  assert.deepEqual(made.held(4, 1), [9]);
});

test("gated-activations for WebAssembly is HardSigmoid, which holds between 0 and 1", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([...SPELLED, node("Mul", "d s", "y")]),
    {
      target: "wasm",
    },
  );
  assert.deepEqual(made.operators, ["Conv", "HardSigmoid", "Mul", "Mul"]);
  assert.ok(Math.abs(made.attribute(1, "alpha") - 1 / 6) < 1e-8);
  assert.equal(made.attribute(1, "beta"), 0.5);
  assert.deepEqual(made.held(3, 1), [-0.5]);
});

test("gated-activations has the bounds of Clip as attributes before opset 11", async () => {
  const parts = after([node("HardSigmoid", "c", "h", { alpha: 0.2 }), node("Mul", "h c", "y")]);
  const made = await rewrittenBy(["gated-activations"], parts, { opset: 10 });
  assert.deepEqual(made.operators, ["Conv", "Conv", "Clip", "Mul"]);
  assert.deepEqual(made.held(1, 1), ones(8, Math.fround(0.2)));
  assert.deepEqual([made.attribute(2, "min"), made.attribute(2, "max")], [0, 1]);
});

test("gated-activations of c * Sigmoid(c) keeps blocks: a convolution of ones, a Sigmoid, a product", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([node("Sigmoid", "c", "g"), node("Mul", "c g", "y")]),
  );
  assert.deepEqual(made.operators, ["Conv", "Conv", "Sigmoid", "Mul"]);
  assert.deepEqual(made.held(1, 1), ones(8));
  assert.equal(made.nodes[1]?.input.length, 2);
});

test("gated-activations of HardSwish is as of what it is short for", async () => {
  const made = await rewrittenBy(["gated-activations"], after([node("HardSwish", "c", "y")]), {
    opset: 14,
  });
  assert.deepEqual(made.operators, ["Conv", "Conv", "Clip", "Mul"]);
  assert.deepEqual(made.held(1, 2), ones(8, 0.5));
});

test("gated-activations leaves a gate that others read, and one of another value", async () => {
  const read = after([...SPELLED, node("Add", "d l", "y")]);
  assert.equal((await rewrittenBy(["gated-activations"], read)).draft.log.length, 0);
  const other = after([node("Relu", "c", "r"), node("Sigmoid", "r", "g"), node("Mul", "c g", "y")]);
  assert.equal((await rewrittenBy(["gated-activations"], other)).draft.log.length, 0);
});
