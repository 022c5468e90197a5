import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { file, node, value, weights } from "../core/model/onnx/_fake-models.ts";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { COMMANDS } from "./commands.ts";

const MODEL = file({
  name: "scores",
  input: [value("x", ["batch", "tokens", 64])],
  initializer: [weights("w", [64, 64])],
  node: [
    node("MatMul", "x w", "q"),
    node("Transpose", "x", "k", { perm: [0, 2, 1] }),
    node("MatMul", "q k", "s"),
    node("Softmax", "s", "p"),
    node("own:Mystery", "p", "y"),
  ],
  output: [value("y", ["batch", "tokens", "tokens"])],
});

function written(bytes: Uint8Array): string {
  const path = join(emptyFolder(), "model.onnx");
  writeFileSync(path, bytes);
  return path;
}

test("tenlane read of an ONNX file shows its sizes, its operators and what is not modelled", async () => {
  const { status, out } = await ran(["read", written(MODEL), "--dim", "tokens=32"]);
  assert.equal(status, 0);
  assert.match(out, /input {8}x \[1, 32, 64\]/u);
  assert.match(out, /output {7}y \[1, 32, 32\] = \[batch, tokens, tokens\]/u);
  assert.match(out, /MatMul +2 +4096/u);
  assert.match(out, /own\.Mystery \(not modelled\)/u);
  assert.match(out, /assumed "batch" is 1: --dim batch=\.\.\. sets it/u);
});

test("tenlane expand of an ONNX file shows how its cost grows with each open size", async () => {
  const path = written(MODEL);
  const { out } = await ran(["expand", path, "--dim", "tokens=64", "--growth", "--json"]);
  const { growth } = JSON.parse(out);
  const product = 2 * 64 * 64 * 64;
  assert.equal(growth.cost.flops, 2 * product + 5 * 64 * 64 + 64 * 64);
  assert.equal(growth.doubled.batch.flops, 2);
  const twice = 2 * product + 4 * product + 4 * 6 * 64 * 64;
  assert.equal(growth.doubled.tokens.flops, twice / growth.cost.flops);
});

for (const [command, ...flags] of [
  ["read"],
  ["expand", "--batch", "4"],
  ["estimate", "--device", "h100-sxm", "--concurrency", "4"],
  ["plan", "--device", "h100-sxm,l4", "--rate", "1000/s"],
  ["plan", "--device", "h100-sxm", "--latency", "1ns"],
] as const) {
  test(`tenlane ${[command, ...flags].join(" ")} of an ONNX file fits its schema`, async () => {
    const { status, out, err } = await ran([command, written(MODEL), ...flags, "--json"]);
    assert.equal(status, 0, err);
    const schema = await COMMANDS.find(({ name }) => name === command)?.schema?.();
    schema?.parse(JSON.parse(out));
  });
}

test("tenlane read refuses ONNX that is cut, in no order, or asked for a size it has not", async () => {
  const cyclic = file({
    input: [value("x", [1])],
    node: [node("Add", "x b", "a"), node("Relu", "a", "b")],
    output: [value("b", [1])],
  });
  const cut = await ran(["read", written(MODEL.slice(0, 120))]);
  assert.equal(cut.status, 2);
  assert.match(cut.err, /expected {2}\d+ bytes\n {2}got {7}\d+/u);
  const loop = await ran(["read", written(cyclic)]);
  assert.equal(loop.status, 2);
  assert.match(loop.err, /graph\.node\[0\]\.input\[1\]\n {2}expected {2}a value that is given/u);
  const size = await ran(["read", written(MODEL), "--dim", "width=3"]);
  assert.equal(size.status, 2);
  assert.match(size.err, /one of batch, tokens/u);
  const flag = await ran(["read", written(MODEL), "--dim", "batch"]);
  assert.equal(flag.status, 2);
  assert.match(flag.err, /a name and a size from 1: batch=8/u);
});

test("tenlane plan of an ONNX file ranks devices by what a sample costs, and has no tokens to limit", async () => {
  const path = written(MODEL);
  const { status, out } = await ran(["plan", path, "--rate", "1000/s", "--top", "3"]);
  assert.equal(status, 0);
  assert.match(out, /1000 samples a second, least cost first/u);
  assert.match(out, /with the wait for it to fill/u);
  const refused = await ran(["plan", path, "--ttft", "1s"]);
  assert.equal(refused.status, 2);
  assert.match(refused.err, /--ttft\n {2}expected {2}a model that produces tokens/u);
});
