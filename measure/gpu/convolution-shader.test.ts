import assert from "node:assert/strict";
import { test } from "node:test";
import { CHANNELS, convolutionAt } from "./convolution-shader.ts";
import { inputAt } from "./shaders.ts";

test("convolutionAt() in a corner is what four taps find, and sums all nine inside", () => {
  const weight = (tap: number, from: number) => inputAt((tap * CHANNELS + from) * CHANNELS + 5);
  const taps = (pixels: readonly (readonly [tap: number, pixel: number])[]) =>
    pixels
      .flatMap(([tap, pixel]) =>
        Array.from(
          { length: CHANNELS },
          (_, from) => inputAt(pixel * CHANNELS + from) * weight(tap, from),
        ),
      )
      .reduce((sum, product) => sum + product, 0);
  // Tap 4 is the middle; in an image of 8, pixel 1 is right of 0, and 8 below it.
  const corner = [
    [4, 0],
    [5, 1],
    [7, 8],
    [8, 9],
  ] as const;
  assert.equal(convolutionAt(8, 0, 5), taps(corner));
  const inside = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [3 * y + x, 8 * y + x] as const));
  assert.equal(convolutionAt(8, 9, 5), taps(inside));
});
