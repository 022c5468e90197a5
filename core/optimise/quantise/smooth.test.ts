import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file, node, value } from "../../model/onnx/_fake-models.ts";
import { Draft } from "../draft.ts";
import { floatsOf, floatTensor } from "../tensor.ts";
import { smooth } from "./smooth.ts";
import { spreadOf } from "./_spread.ts";

async function draftOf(parts: Parameters<typeof file>[0]): Promise<Draft> {
  const model = await decodeOnnxFile(file(parts));
  assert.ok(model.ok);
  return Draft.of(model.value);
}

const filled = (name: string, dims: readonly number[], list: readonly number[]) =>
  floatTensor(name, dims, Float32Array.from(list));

/** A value of two channels, the first up to 100 and the second up to 1. */
function seen(name: string) {
  const spread = spreadOf(Float32Array.of(100, 1), { count: 2, inner: 1 });
  return { spreads: new Map([[name, spread]]), sampleCount: 1 };
}

function numbers(draft: Draft, output: string, input: number): readonly number[] {
  const name = draft.main.producer(output)?.input[input] ?? "";
  const tensor = draft.main.constant(name);
  assert.ok(tensor !== null, name);
  return [...(floatsOf(tensor) ?? [])].map((each) => Math.round(each * 1e4) / 1e4);
}

const NORMED = {
  input: [value("x", [3, 2])],
  output: [value("y", [3, 1]), value("z", [3, 1])],
  initializer: [
    filled("scale", [2], [10, 1]),
    filled("offset", [2], [5, 2]),
    filled("w", [2, 1], [1, 1]),
    filled("v", [2, 1], [-0.5, 0.25]),
  ],
  node: [
    node("LayerNormalization", "x scale offset", "n"),
    node("MatMul", "n w", "y"),
    node("MatMul", "n v", "z"),
  ],
};

test("smooth() at a half divides channels by the root of value over weights, and multiplies all readers", async () => {
  const draft = await draftOf(NORMED);
  assert.equal(smooth(draft, seen("n"), 0.5), 1);
  // √(100 / 1) = 10 and √(1 / 1) = 1
  assert.deepEqual(numbers(draft, "n", 1), [1, 1]);
  assert.deepEqual(numbers(draft, "n", 2), [0.5, 2]);
  assert.deepEqual(numbers(draft, "y", 1), [10, 1]);
  assert.deepEqual(numbers(draft, "z", 1), [-5, 0.25]);
});

test("smooth() leaves a value that something other than a layer reads, or that is given out", async () => {
  const added = { ...NORMED, node: [...NORMED.node, node("Neg", "n", "m")] };
  assert.equal(smooth(await draftOf(added), seen("n"), 0.5), 0);
  const given = { ...NORMED, output: [...NORMED.output, value("n", [3, 2])] };
  assert.equal(smooth(await draftOf(given), seen("n"), 0.5), 0);
});

test("smooth() finds the scale and offset of a norm that is written out", async () => {
  const draft = await draftOf({
    ...NORMED,
    node: [
      node("Mul", "x scale", "m"),
      node("Add", "m offset", "n"),
      node("MatMul", "n w", "y"),
      node("MatMul", "n v", "z"),
    ],
  });
  assert.equal(smooth(draft, seen("n"), 0.5), 1);
  assert.deepEqual(numbers(draft, "m", 1), [1, 1]);
  assert.deepEqual(numbers(draft, "n", 1), [0.5, 2]);
});

const picture = (second: ReturnType<typeof node>, weights: ReturnType<typeof filled>) => ({
  input: [value("x", [1, 1, 1, 1])],
  output: [value("y", [1, "c", 1, 1])],
  initializer: [filled("w", [2, 1, 1, 1], [50, 1]), filled("b", [2], [10, 3]), weights],
  node: [node("Conv", "x w b", "c"), node("Relu", "c", "r"), second],
});

test("smooth() between convolutions passes a Relu and divides weights and bias of the first", async () => {
  const second = filled("v", [2, 2, 1, 1], [1, 0.5, -0.25, 1]);
  const draft = await draftOf(picture(node("Conv", "r v", "y"), second));
  assert.equal(smooth(draft, seen("r"), 0.5), 1);
  assert.deepEqual(numbers(draft, "c", 1), [5, 1]);
  assert.deepEqual(numbers(draft, "c", 2), [1, 3]);
  assert.deepEqual(numbers(draft, "y", 1), [10, 0.5, -2.5, 1]);
});

test("smooth() before a depthwise convolution evens the value out, since its weights have scales of their own", async () => {
  const second = filled("v", [2, 1, 1, 1], [1, 0.5]);
  const draft = await draftOf(picture(node("Conv", "r v", "y", { group: 2 }), second));
  assert.equal(smooth(draft, seen("r"), 0.5), 1);
  assert.deepEqual(numbers(draft, "c", 1), [0.5, 1]);
  assert.deepEqual(numbers(draft, "y", 1), [100, 0.5]);
});

test("smooth() does not pass a Clip, whose bound is no matter of scale", async () => {
  const parts = picture(node("Conv", "r v", "y"), filled("v", [1, 2, 1, 1], [1, 1]));
  const clipped = parts.node.map((each) =>
    each.opType === "Relu" ? node("Clip", "c", "r") : each,
  );
  assert.equal(smooth(await draftOf({ ...parts, node: clipped }), seen("r"), 0.5), 0);
});
