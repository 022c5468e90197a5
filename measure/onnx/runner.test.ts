import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { file, node, value } from "../../core/model/onnx/_fake-models.ts";
import type { Outcome } from "../../core/optimise/index.ts";
import { elsewhere, floats, ONE_THREAD, ones, products } from "./_samples.ts";
import { enginePath } from "./engine-path.ts";
import { onnxRunner } from "./runner.ts";

const runner = onnxRunner();

function done<T>(outcome: Outcome<T>): T {
  assert.equal(outcome.kind, "done", JSON.stringify(outcome));
  assert.ok(outcome.kind === "done");
  return outcome.value;
}

test("onnxRunner().outputs() are what the model computes of each feed, in order", async () => {
  const model = file({
    input: [value("x", ["n"]), value("y", ["n"])],
    output: [value("sum", ["n"]), value("less", ["n"], 9)],
    node: [node("Add", "x y", "sum"), node("Less", "x y", "less")],
  });
  const feeds = [
    { x: floats([2], [1, 2]), y: floats([2], [10, -20]) },
    { x: floats([1], [0.5]), y: floats([1], [0.25]) },
  ];
  const [first, second] = done(await runner.outputs(model, feeds, ONE_THREAD));
  assert.deepEqual(first, {
    sum: floats([2], [11, -18]),
    less: { type: 9, dims: [2], bytes: Uint8Array.of(1, 0) },
  });
  assert.deepEqual(second?.["sum"], floats([1], [0.75]));
});

test("onnxRunner().outputs() carries 64-bit whole numbers and 16-bit floats as they are", async () => {
  const model = file({
    input: [value("i", [2], 7), value("h", [2], 10)],
    output: [value("i2", [2], 7), value("h2", [2], 10)],
    node: [node("Identity", "i", "i2"), node("Identity", "h", "h2")],
  });
  const i = { type: 7, dims: [2], bytes: new Uint8Array(BigInt64Array.of(2n ** 60n, -1n).buffer) };
  const h = { type: 10, dims: [2], bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xfbff).buffer) };
  const [result] = done(await runner.outputs(model, [{ i, h }], ONE_THREAD));
  assert.deepEqual(result, { i2: i, h2: h });
});

test("onnxRunner().outputs() of bytes that are no model is invalid, in the engine's words", async () => {
  const outcome = await runner.outputs(Uint8Array.of(1, 2, 3), [{}], ONE_THREAD);
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.reason, "invalid");
  assert.match(outcome.message, /protobuf/iu);
});

test("onnxRunner().outputs() of a feed of another size is an error", async () => {
  const outcome = await runner.outputs(products(1, 4), [{ x0: ones([1, 5]) }], ONE_THREAD);
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.reason, "error");
});

test("onnxRunner().outputs() finds tensors kept beside the model's own file", async () => {
  const beside = mkdtempSync(join(tmpdir(), "tenlane-"));
  writeFileSync(join(beside, "w.bin"), new Uint8Array(Float32Array.of(5, 7).buffer));
  const model = elsewhere(2, "w.bin");
  const feeds = [{ x: floats([2], [1, 1]) }];
  const [result] = done(await onnxRunner({ beside }).outputs(model, feeds, ONE_THREAD));
  assert.deepEqual(result?.["y"], floats([2], [6, 8]));
});

test("onnxRunner().profile() names each operator with its shapes and time", async () => {
  const model = products(2, 64, 8);
  const feeds = [{ x0: ones([8, 64]) }];
  const { operators, total } = done(await runner.profile({ model, feeds, session: ONE_THREAD }));
  assert.deepEqual(
    operators.map(({ operator, outputs }) => [operator, outputs]),
    [
      ["MatMul", [[8, 64]]],
      ["MatMul", [[8, 64]]],
    ],
  );
  const sum = operators.reduce((all, { time }) => all + time, 0);
  assert.ok(sum > 0 && sum <= total, `${sum} of ${total} s`);
});

test("enginePath() throws with what installs the engine where no place has it", () => {
  const nowhere = () => {
    throw new Error("not found");
  };
  assert.throws(() => enginePath("onnxruntime-node", [nowhere]), /npm install onnxruntime-node/u);
});

test("enginePath() asks the next place where the first lacks the engine", () => {
  const nowhere = () => {
    throw new Error("not found");
  };
  assert.equal(enginePath("x", [nowhere, (name) => `file:///${name}`]), "file:///x");
});
