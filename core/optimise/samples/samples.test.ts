import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { graph, node, value, weights } from "../../model/onnx/_fake-models.ts";
import { random } from "../../random.ts";
import { halfValue } from "../tensor.ts";
import { roughField, wave } from "./fields.ts";
import { hostTensorFromNpy, hostTensorFromProto } from "./files.ts";
import { generatedSamples, halfBits } from "./generate.ts";
import { inputsOf } from "./input.ts";
import { textLine } from "./text-line.ts";

const FLOAT = 1;
const INT64 = 7;

function roleOf(name: string, dims: readonly number[], type: number = FLOAT): string {
  const made = graph({ input: [value(name, dims, type)], node: [node("Relu", name, "y")] });
  return inputsOf(made, [{ name, shape: dims }])[0]?.role ?? "";
}

const ROLES: readonly (readonly [role: string, name: string, dims: number[], type?: number])[] = [
  ["picture", "input", [1, 3, 224, 224]],
  ["picture", "image", [1, 64, 64, 3]],
  ["line", "x", [1, 3, 48, 320]],
  ["sound", "audio", [1, 16_000]],
  ["numbers", "mel", [1, 80, 300]],
  ["tokens", "input_ids", [1, 128], INT64],
  ["mask", "attention_mask", [1, 128], INT64],
  ["zeros", "token_type_ids", [1, 128], INT64],
  ["places", "position_ids", [1, 128], INT64],
  ["rate", "sr", [], INT64],
  ["state", "past_key_values.0.key", [1, 12, 64, 64]],
  ["ones", "scale_factor", [1, 2]],
  ["sizes", "im_shape", [1, 2]],
];

for (const [role, name, dims, type] of ROLES) {
  test(`inputsOf() takes ${name} of [${dims.join(", ")}] for ${role}`, () => {
    assert.equal(roleOf(name, dims, type), role);
  });
}

test("inputsOf() leaves out inputs that have a default, and finds how many words there are", () => {
  const made = graph({
    input: [value("words", [1, 4], INT64), value("w", [30, 8])],
    initializer: [weights("w", [30, 8])],
    node: [node("Gather", "w words", "y")],
  });
  const [input, ...others] = inputsOf(made, [{ name: "words", shape: [1, 4] }]);
  assert.deepEqual([input?.role, input?.range, others.length], ["tokens", 30, 0]);
});

test("generatedSamples() of a seed are the same, of another seed others", () => {
  const inputs = [
    { name: "x", type: FLOAT, dims: [1, 3, 16, 16], role: "picture", range: 2 } as const,
  ];
  const bytes = (seed: number) => generatedSamples(inputs, 2, seed).map(({ x }) => x?.bytes);
  assert.deepEqual(bytes(1), bytes(1));
  assert.notDeepEqual(bytes(1), bytes(2));
});

test("generatedSamples() of tokens stay below the number of words, the first ones most often", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50_000 }), fc.integer(), (range, seed) => {
      const inputs = [{ name: "x", type: INT64, dims: [1, 64], role: "tokens", range } as const];
      const [sample] = generatedSamples(inputs, 1, seed);
      const ids = Array.from(new BigInt64Array(sample!["x"]!.bytes.buffer as ArrayBuffer), Number);
      assert.ok(ids.every((id) => id >= 0 && id < range));
      const low = ids.filter((id) => id < Math.sqrt(range)).length;
      assert.ok(low >= 12, `half of 64 lie below the root, got ${low}`);
    }),
    { numRuns: 50 },
  );
});

test("generatedSamples() of pictures lie within -1 to 1, or 0 to 255 in bytes", () => {
  const of = (type: number) =>
    generatedSamples([{ name: "x", type, dims: [1, 3, 32, 32], role: "picture", range: 2 }], 4, 3);
  for (const { x } of of(FLOAT)) {
    const list = new Float32Array(x!.bytes.buffer as ArrayBuffer);
    assert.ok(list.every((each) => Math.abs(each) <= 1));
    assert.ok(Math.max(...list) - Math.min(...list) > 0.3);
  }
  for (const { x } of of(2)) assert.ok(Math.max(...x!.bytes) > 128);
});

test("roughField() has mean 0 and spread 1 over many fields", () => {
  const draw = random(5);
  const all = Array.from({ length: 40 }, () => [...roughField(draw, 32, 32)]).flat();
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
  const spread = Math.sqrt(all.reduce((sum, each) => sum + each * each, 0) / all.length);
  assert.ok(Math.abs(mean) < 0.2 && Math.abs(spread - 1) < 0.2, `${mean}, ${spread}`);
});

test("roughField() is smooth: neighbours are nearer than strangers by more than half", () => {
  const field = roughField(random(6), 64, 64);
  const step = (by: number) => {
    let sum = 0;
    for (let at = 0; at + by < field.length; at += 7)
      sum += ((field[at] ?? 0) - (field[at + by] ?? 0)) ** 2;
    return sum;
  };
  assert.ok(step(1) < 0.5 * step(64 * 31 + 17));
});

test("wave() stays below 1 and is no silence", () => {
  const list = wave(random(1), 4000);
  assert.ok(list.every((each) => Math.abs(each) <= 1));
  assert.ok(list.reduce((sum, each) => sum + each * each, 0) / list.length > 1e-3);
});

test("textLine() has ink inside and none at its edges", () => {
  const [height, width] = [48, 320];
  const ink = textLine(random(4), height, width);
  const row = (y: number) => ink.subarray(y * width, (y + 1) * width).reduce((a, b) => a + b, 0);
  assert.ok(row(24) > 10);
  assert.equal(row(0) + row(height - 1), 0);
  assert.ok(ink.every((share) => share >= 0 && share <= 1));
});

test("halfBits() are read back by halfValue() within 2⁻¹⁰ of the value", () => {
  assert.equal(halfBits(1), 0x3c00);
  assert.equal(halfBits(-2), 0xc000);
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 60_000, noNaN: true }), (size) => {
      assert.ok(Math.abs(halfValue(halfBits(size)) / size - 1) <= 2 ** -10);
    }),
  );
});

/** As numpy.save writes an array of two floats, 1 and 2. */
function npy(header: string): Uint8Array {
  const text = `\u0093NUMPY\u0001\u0000${String.fromCodePoint(header.length, 0)}${header}`;
  const head = Uint8Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  return Uint8Array.of(...head, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40);
}

test("hostTensorFromNpy() reads what numpy.save writes", () => {
  const read = hostTensorFromNpy(
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"),
  );
  assert.ok(read.ok);
  assert.deepEqual(read.value.dims, [1, 2]);
  assert.deepEqual([...new Float32Array(read.value.bytes.buffer as ArrayBuffer)], [1, 2]);
});

test("hostTensorFromNpy() refuses other files, types, orders, and missing bytes", () => {
  const error = (bytes: Uint8Array) => {
    const read = hostTensorFromNpy(bytes);
    return read.ok ? "" : `${read.error.path.join(".")}: ${read.error.expected}`;
  };
  assert.equal(error(new Uint8Array(20)), ": a file of NumPy");
  assert.match(error(npy("{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }")), /^descr/u);
  assert.match(error(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }")), /^fortran/u);
  assert.match(
    error(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }")),
    /36 bytes/u,
  );
});

test("hostTensorFromProto() refuses bytes that are no tensor", async () => {
  const read = await hostTensorFromProto(Uint8Array.of(255, 255));
  assert.ok(!read.ok && read.error.expected === "a tensor of ONNX");
});
