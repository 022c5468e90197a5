import assert from "node:assert/strict";
import { test } from "node:test";
import { node, value } from "../../model/onnx/_fake-models.ts";
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
    floats("one", [], [1]),
    floats("two", [1], [2]),
    floats("each", [8, 1, 1], ones(8, 2)),
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

test("gated-activations of c * Clip(c + 3, 0, 6) / 6 is c * HardSigmoid(c) of a sixth and a half", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([...SPELLED, node("Identity", "d", "y")]),
  );
  assert.deepEqual(made.operators, ["Conv", "HardSigmoid", "Mul", "Identity"]);
  assert.ok(Math.abs(made.attribute(1, "alpha") - 1 / 6) < 1e-9);
  assert.equal(made.attribute(1, "beta"), 0.5);
  assert.deepEqual(made.nodes[2]?.input[0], "c");
  assert.deepEqual(made.nodes[2]?.output, ["d"]);
});

test("gated-activations leaves what scales the product and is added to it as one of each", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([...SPELLED, node("Mul", "d s", "n"), node("Add", "n t", "y")]),
  );
  assert.deepEqual(made.operators, ["Conv", "HardSigmoid", "Mul", "Mul", "Add"]);
  assert.deepEqual(made.held(3, 1), [-0.5]);
  assert.deepEqual(made.held(4, 1), [9]);
});

test("gated-activations takes a clip that ends elsewhere as a steeper line, scaled", async () => {
  const made = await rewrittenBy(
    ["gated-activations"],
    after([
      node("Mul", "c s", "a"),
      node("Add", "a three", "b"),
      node("Clip", "b zero six", "l"),
      node("Mul", "l c", "y"),
    ]),
  );
  assert.deepEqual(made.operators, ["Conv", "HardSigmoid", "Mul", "Mul"]);
  assert.ok(Math.abs(made.attribute(1, "alpha") + 1 / 12) < 1e-9);
  assert.equal(made.attribute(1, "beta"), 0.5);
  assert.deepEqual(made.held(3, 1), [6]);
});

test("gated-activations leaves a form that is as short, a gate that others read, and one of another value", async () => {
  const untouched = [
    [node("HardSigmoid", "c", "h"), node("Mul", "c h", "y")],
    [...SPELLED, node("Add", "d l", "y")],
    [node("Relu", "c", "r"), node("HardSigmoid", "r", "g"), node("Mul", "c g", "y")],
  ];
  for (const nodes of untouched) {
    const made = await rewrittenBy(["gated-activations"], after(nodes));
    assert.equal(made.draft.log.length, 0, nodes.map(({ opType }) => opType).join());
  }
});

test("clipped-lines of 2 * HardSigmoid(Conv) + 1 is Clip of a convolution with that line in its weights", async () => {
  const made = await rewrittenBy(
    ["clipped-lines"],
    after([
      node("HardSigmoid", "c", "h", { alpha: 0.25 }),
      node("Mul", "h two", "m"),
      node("Add", "m one", "y"),
    ]),
  );
  assert.deepEqual(made.operators, ["Conv", "Clip"]);
  assert.deepEqual(made.held(0, 1), ones(24, 0.5));
  assert.deepEqual(made.held(0, 2), ones(8, 2));
  assert.deepEqual([made.held(1, 1), made.held(1, 2)], [[1], [3]]);
});

test("clipped-lines has the bounds of Clip as attributes before opset 11", async () => {
  const parts = after([node("HardSigmoid", "c", "h", { alpha: 0.25 }), node("Neg", "h", "y")]);
  const made = await rewrittenBy(["clipped-lines"], parts, { opset: 10 });
  assert.deepEqual(made.operators, ["Conv", "Clip"]);
  assert.deepEqual(made.held(0, 1), ones(24, -0.25));
  assert.deepEqual([made.attribute(1, "min"), made.attribute(1, "max")], [-1, 0]);
});

test("clipped-lines leaves a lone clip, which engines fuse, and factors of each channel", async () => {
  const lone = await rewrittenBy(["clipped-lines"], after([node("Clip", "c zero six", "y")]));
  assert.equal(lone.draft.log.length, 0);
  const each = await rewrittenBy(
    ["clipped-lines"],
    after([node("HardSigmoid", "c", "h"), node("Mul", "h each", "y")]),
  );
  assert.equal(each.draft.log.length, 0);
});

test("shared-factor of x + x * g is x * (g + 1) where g is one number a channel", async () => {
  const parts = (gate: readonly number[]) => ({
    input: [value("x", [1, 8, 4, 4]), value("g", gate)],
    output: [value("y", [1, 8, 4, 4])],
    node: [node("Mul", "g x", "m"), node("Add", "m x", "y")],
  });
  const made = await rewrittenBy(["shared-factor"], parts([1, 8, 1, 1]));
  assert.deepEqual(made.operators, ["Add", "Mul"]);
  assert.deepEqual(made.nodes[0]?.input[0], "g");
  assert.deepEqual(made.held(0, 1), [1]);
  assert.deepEqual(made.nodes[1]?.input[0], "x");
  assert.equal((await rewrittenBy(["shared-factor"], parts([1, 8, 4, 4]))).draft.log.length, 0);
});
