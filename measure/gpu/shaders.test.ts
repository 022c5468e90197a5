import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bfloatValue, halfValue } from "../../core/optimise/tensor.ts";
import { gramAt, inputAt, inputBytes, productAt, type InputFormat } from "./shaders.ts";

/** What the bytes of a format stand for, read as its standard says. */
const READERS: Readonly<Record<InputFormat, (view: DataView, index: number) => number>> = {
  fp32: (view, index) => view.getFloat32(4 * index, true),
  tf32: (view, index) => view.getFloat32(4 * index, true),
  fp16: (view, index) => halfValue(view.getUint16(2 * index, true)),
  bf16: (view, index) => bfloatValue(view.getUint16(2 * index, true)),
  fp8: (view, index) => e4m3(view.getUint8(index)),
  int8: (view, index) => view.getInt8(index) / 8,
};

/** Source: OCP, 8-bit Floating Point Specification 1.0: sign, four bits of exponent with bias 7, three of fraction. */
function e4m3(bits: number): number {
  const exponent = (bits >> 3) & 15;
  const fraction = (bits & 7) / 8;
  const size = exponent === 0 ? fraction * 2 ** -6 : (1 + fraction) * 2 ** (exponent - 7);
  return bits & 0x80 ? -size : size;
}

for (const format of Object.keys(READERS) as InputFormat[]) {
  test(`inputBytes() in ${format} are the values of inputAt(), far beyond their period too`, () => {
    const count = 1000;
    const view = new DataView(inputBytes(count, format).buffer);
    for (let index = 0; index < count; index += 1) {
      assert.equal(READERS[format](view, index), inputAt(index) + 0, `${format} ${index}`);
    }
  });
}

test("inputAt() takes eighths from -4/8 to 4/8, each of them", () => {
  const values = new Set(Array.from({ length: 288 }, (_, index) => inputAt(index) * 8));
  assert.deepEqual(
    [...values].toSorted((a, b) => a - b),
    [-4, -3, -2, -1, 0, 1, 2, 3, 4],
  );
});

test("inputAt() differs from row to row of every side that is multiplied", () => {
  for (const side of [64, 128, 192, 256, 512, 1024, 2048, 4096, 8192]) {
    assert.notEqual(inputAt(0), inputAt(side), String(side));
  }
});

test("productAt() of side 2 is the product by hand", () => {
  const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map(inputAt);
  assert.equal(productAt(2, 0, 1), a * b + b * d);
  assert.equal(productAt(2, 1, 0), c * a + d * c);
});

test("gramAt() is symmetric, and of a row with itself its sum of squares", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(39), fc.nat(39), (side, a, b) => {
      const [row, column] = [a % side, b % side];
      assert.equal(gramAt(side, row, column), gramAt(side, column, row));
      const own = Array.from({ length: side }, (_, k) => inputAt(row * side + k) ** 2);
      assert.equal(
        gramAt(side, row, row),
        own.reduce((sum, square) => sum + square, 0),
      );
    }),
  );
});
