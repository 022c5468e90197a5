import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memorySource, type ByteSource } from "../byte-source.ts";
import { file, node, value, weights, wholes } from "./_fake-models.ts";
import { decodeOnnxFile, encodeOnnxFile } from "./codec.ts";
import { readOnnx } from "./read-onnx.ts";
import { skim } from "./_skim.ts";

const SMALL = file({
  input: [value("x", ["batch", 16])],
  initializer: [weights("w", [16, 4]), wholes("shape", [-1, 2, 2])],
  node: [node("MatMul", "x w", "m"), node("Reshape", "m shape", "y"), node("Softmax", "y", "z")],
  output: [value("z", ["batch", 2, 2])],
});

test("skim() keeps a file without long fields as it is", async () => {
  const thin = await skim(memorySource(SMALL));
  assert.ok(thin.ok);
  assert.deepEqual(thin.value, SMALL);
});

test("skim() of 60 MB of weights in the file reads less than a megabyte", async () => {
  const bytes = file({
    input: [value("x", [1, 4096])],
    initializer: [weights("w", [4096, 3_662])],
    node: [node("MatMul", "x w", "y")],
    output: [value("y", [1, 3_662])],
  });
  let count = 0;
  const source: ByteSource = {
    size: bytes.length,
    read: (offset, length) => {
      count += length;
      return bytes.subarray(offset, offset + length);
    },
  };
  const network = await readOnnx(source, { source: "large.onnx" });
  assert.ok(network.ok, JSON.stringify(network));
  assert.equal(network.value.nodes[0]?.parameters, 4096 * 3_662);
  assert.ok(bytes.length > 59e6 && count < 1e6, `${count} bytes read of ${bytes.length}`);
});

test("decodeOnnxFile() and encodeOnnxFile() give back the same bytes, unknown fields included", async () => {
  const unknown = Uint8Array.of(...SMALL, 0xf2, 0x7f, 3, 1, 2, 3, 0xf8, 0x7f, 42);
  for (const bytes of [SMALL, unknown]) {
    const model = await decodeOnnxFile(bytes);
    assert.ok(model.ok);
    assert.deepEqual(encodeOnnxFile(model.value), bytes);
  }
});

test("readOnnx() of any cut or any flipped bytes reads or refuses, and never throws", async () => {
  const cut = fc.integer({ min: 0, max: SMALL.length }).map((length) => SMALL.slice(0, length));
  const flip = fc.tuple(fc.nat(SMALL.length - 1), fc.integer({ min: 1, max: 255 }));
  const flipped = fc.array(flip, { minLength: 1, maxLength: 6 }).map((flips) => {
    const bytes = SMALL.slice();
    for (const [place, mask] of flips) bytes[place] = (bytes[place] ?? 0) ^ mask;
    return bytes;
  });
  const noise = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(cut, flipped, noise), async (bytes) => {
      const result = await readOnnx(memorySource(bytes), { source: "hostile.onnx" });
      if (!result.ok) assert.ok(result.error.expected !== "");
    }),
    { numRuns: 3000 },
  );
});

test("skim() refuses messages nested too deep and counts of fields beyond all graphs", async () => {
  let nested: number[] = [];
  for (let depth = 0; depth < 60; depth += 1) {
    const attribute = delimited(6, nested);
    nested = delimited(1, delimited(5, attribute));
  }
  const deep = await skim(memorySource(Uint8Array.from(delimited(7, nested))));
  assert.ok(!deep.ok);
  assert.match(deep.error.expected, /nested messages|bytes/u);
  const many = new Uint8Array(10_000_000);
  for (let at = 0; at < many.length; at += 2) many.set([0x0a, 0], at);
  const graph = Uint8Array.from([0x3a, ...varint(many.length)]);
  const bytes = new Uint8Array(graph.length + many.length);
  bytes.set(graph);
  bytes.set(many, graph.length);
  const counted = await skim(memorySource(bytes));
  assert.ok(!counted.ok && counted.error.expected === "at most 600000 messages");
});

function varint(number: number): number[] {
  return number < 128 ? [number] : [(number % 128) | 128, ...varint(Math.floor(number / 128))];
}

function delimited(field: number, bytes: readonly number[]): number[] {
  return [field * 8 + 2, ...varint(bytes.length), ...bytes];
}
