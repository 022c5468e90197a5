import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { channelWeights, convOrder, matrixOrder } from "./_weights.ts";

test("channelWeights() scales each output channel to its own largest weight", () => {
  // [in 2, out 2]: channel 0 is (1, -2), channel 1 is (0.5, 0.25)
  const values = Float32Array.of(1, 0.5, -2, 0.25);
  const { codes, scales } = channelWeights(values, matrixOrder([2, 2], false), false);
  assert.deepEqual([...codes], [64, 127, -127, 64]);
  assert.deepEqual([...scales], [Math.fround(2 / 127), Math.fround(0.5 / 127)]);
});

test("matrixOrder() of a turned matrix finds the same channels", () => {
  const turned = Float32Array.of(1, -2, 0.5, 0.25);
  const { codes, scales } = channelWeights(turned, matrixOrder([2, 2], true), false);
  assert.deepEqual([...codes], [64, -127, 127, 64]);
  assert.deepEqual([...scales], [Math.fround(2 / 127), Math.fround(0.5 / 127)]);
});

test("convOrder() sums all inputs of a place of the window before the next place", () => {
  const { offsets, channelStride } = convOrder([4, 2, 1, 3]);
  assert.deepEqual([...offsets], [0, 3, 1, 4, 2, 5]);
  assert.equal(channelStride, 6);
});

test("channelWeights() of pairs that saturate widens only scales of channels that would", () => {
  // Pairs of channel 0: 127 + 127; of channel 1: 127 - 127, whose parts alone fit.
  const values = Float32Array.of(1, 1, 1, -1);
  const { codes, scales } = channelWeights(values, matrixOrder([2, 2], false), true);
  assert.deepEqual([codes[0], codes[2]], [64, 64]);
  assert.deepEqual([codes[1], codes[3]], [127, -127]);
  assert.equal(scales[1], Math.fround(1 / 127));
  assert.ok(Math.abs(scales[0]! * 64 - 1) < 0.01);
});

test("channelWeights() of pairs that saturate: 255 times any pair fits 16 bits", () => {
  const weight = fc.float({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1, maxLength: 9 }), (list) => {
      const order = matrixOrder([list.length, 1], false);
      const { codes } = channelWeights(Float32Array.from(list), order, true);
      for (let at = 0; at < codes.length; at += 2) {
        const pair = [codes[at]!, codes[at + 1] ?? 0];
        const most = 255 * pair.reduce((sum, code) => sum + Math.max(0, code), 0);
        const least = 255 * pair.reduce((sum, code) => sum + Math.min(0, code), 0);
        if (most > 32_767 || least < -32_768) return false;
      }
      return true;
    }),
  );
});

test("channelWeights() takes no scale below the one a bias needs", () => {
  const order = matrixOrder([1, 1], false);
  const { codes, scales } = channelWeights(Float32Array.of(1), order, false, () => 0.5);
  assert.deepEqual([...scales], [0.5]);
  assert.deepEqual([...codes], [2]);
});
