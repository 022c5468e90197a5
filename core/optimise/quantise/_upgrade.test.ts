import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file, node, value } from "../../model/onnx/_fake-models.ts";
import { Draft } from "../draft.ts";
import { textSetting } from "../rewrites/_nodes.ts";
import { floatsOf, wholesOf } from "../tensor.ts";
import { upgraded } from "./_upgrade.ts";

async function draftOf(
  nodes: ReturnType<typeof node>[],
  { opset, dims = [2, 3] }: { opset: number; dims?: readonly number[] },
): Promise<Draft> {
  const parts = { input: [value("x", dims)], output: [value("y", ["a", "b"])], node: nodes };
  const model = await decodeOnnxFile(file(parts, { opset }));
  assert.ok(model.ok);
  return Draft.of(model.value);
}

/** Contents of the inputs of the node that writes "y", from the second on; null of one that is left out. */
function inputs(draft: Draft): unknown[] {
  const [, ...names] = draft.main.producer("y")?.input ?? [];
  return names.map((name) => {
    const tensor = draft.main.constant(name);
    if (tensor === null) return null;
    return tensor.dataType === 1 ? [...(floatsOf(tensor) ?? [])] : wholesOf(tensor);
  });
}

test("upgraded() makes inputs of what were attributes", async () => {
  const clip = await draftOf([node("Clip", "x", "y", { max: 5.5 })], { opset: 9 });
  assert.equal(upgraded(clip), null);
  assert.equal(clip.opset(), 13);
  assert.deepEqual(inputs(clip), [null, [5.5]]);
  assert.deepEqual(clip.main.producer("y")?.attribute, []);
  const slice = await draftOf([node("Slice", "x", "y", { starts: [0], ends: [2], axes: [1] })], {
    opset: 9,
  });
  assert.equal(upgraded(slice), null);
  assert.deepEqual(inputs(slice), [[0], [2], [1]]);
  const sum = await draftOf([node("ReduceSum", "x", "y", { axes: [1], keepdims: 0 })], {
    opset: 12,
  });
  assert.equal(upgraded(sum), null);
  assert.deepEqual(inputs(sum), [[1]]);
  assert.deepEqual(
    sum.main.producer("y")?.attribute.map(({ name }) => name),
    ["keepdims"],
  );
});

test("upgraded() leaves what the file's opset already has as inputs", async () => {
  const draft = await draftOf([node("Clip", "x", "y")], { opset: 11 });
  assert.equal(upgraded(draft), null);
  assert.deepEqual(draft.main.producer("y")?.input, ["x"]);
  assert.equal(draft.log.length, 0);
});

test("upgraded() gives Softmax an axis, or the matrix that it flattened its input to", async () => {
  const last = await draftOf([node("Softmax", "x", "y")], { opset: 11 });
  assert.equal(upgraded(last), null);
  const axis = last.main.producer("y")?.attribute.find(({ name }) => name === "axis");
  assert.equal(axis?.i, -1n);
  const cube = await draftOf([node("Softmax", "x", "y")], { opset: 11, dims: [2, 3, 4] });
  assert.equal(upgraded(cube), null);
  assert.deepEqual(
    cube.main.nodes.map(({ opType, attribute }) => [opType, ...attribute.map(({ i }) => i)]),
    [["Shape"], ["Flatten", 1n], ["Softmax", -1n], ["Reshape"]],
  );
  const reshape = cube.main.producer("y");
  assert.equal(cube.main.producer(reshape?.input[0] ?? "")?.opType, "Softmax");
  assert.equal(cube.main.producer(reshape?.input[1] ?? "")?.opType, "Shape");
});

test("upgraded() gives Softmax a matrix where no rule tells the rank, and none where its axis is the last", async () => {
  const operators = ({ main }: Draft) => main.nodes.map(({ opType }) => opType);
  const hidden = [node("Mystery", "x", "m"), node("Softmax", "m", "y")];
  const unknown = await draftOf(hidden, { opset: 11 });
  assert.equal(upgraded(unknown), null);
  assert.deepEqual(operators(unknown), ["Mystery", "Shape", "Flatten", "Softmax", "Reshape"]);
  const last = [node("Mystery", "x", "m"), node("Softmax", "m", "y", { axis: -1 })];
  const known = await draftOf(last, { opset: 11 });
  assert.equal(upgraded(known), null);
  assert.deepEqual(operators(known), ["Mystery", "Softmax"]);
});

test("upgraded() refuses what it has no rule for", async () => {
  const old = await draftOf([node("Relu", "x", "y")], { opset: 6 });
  assert.match(upgraded(old) ?? "", /opset 6/u);
  const computed = await draftOf([node("Resize", "x x", "y")], { opset: 10 });
  assert.match(upgraded(computed) ?? "", /Resize/u);
  const smaller = await draftOf([node("Upsample", "x", "y", { scales: [1, 0.5] })], {
    opset: 7,
  });
  assert.match(upgraded(smaller) ?? "", /Upsample/u);
  const apart = await draftOf([node("BatchNormalization", "x s b m v", "y", { spatial: 0 })], {
    opset: 8,
  });
  assert.match(upgraded(apart) ?? "", /BatchNormalization/u);
});

test("upgraded() says where the points of a Resize of before lay, and drops what is always so", async () => {
  const grown = await draftOf([node("Upsample", "x", "y", { scales: [1, 1.5] })], {
    opset: 7,
  });
  assert.equal(upgraded(grown), null);
  assert.deepEqual(inputs(grown), [null, [1, 1.5]]);
  const resize = grown.main.producer("y");
  assert.ok(resize?.opType === "Resize");
  assert.equal(textSetting(resize, "coordinate_transformation_mode", ""), "asymmetric");
  assert.equal(textSetting(resize, "nearest_mode", ""), "floor");
  const normed = await draftOf([node("BatchNormalization", "x s b m v", "y", { spatial: 1 })], {
    opset: 8,
  });
  assert.equal(upgraded(normed), null);
  assert.deepEqual(normed.main.producer("y")?.attribute, []);
});
