import assert from "node:assert/strict";
import { test } from "node:test";
import { node, value } from "../../model/onnx/_fake-models.ts";
import { floats, rewrittenBy } from "./_fake-drafts.ts";

const list = (count: number, of: (place: number) => number) =>
  Array.from({ length: count }, (_, place) => of(place));

const TILE = { strides: [2, 2], kernel_shape: [2, 2] };

const head = (settings: Record<string, readonly number[]>) => ({
  input: [value("x", [1, 8, 3, 3])],
  output: [value("y", [1, 1, "h", "w"])],
  initializer: [
    floats(
      "v",
      [8, 1, 2, 2],
      list(32, (place) => place),
    ),
    floats("b", [1], [0.5]),
    floats("w", [1, 1, 2, 2], [10, 20, 30, 40]),
    floats("c", [1], [-1]),
  ],
  node: [
    node("ConvTranspose", "x v b", "p", settings),
    node("Relu", "p", "r"),
    node("ConvTranspose", "r w c", "q", TILE),
    node("Sigmoid", "q", "y"),
  ],
});

test("subpixels of two transposed convolutions that tile are two of 1 x 1 and a rearrangement", async () => {
  const made = await rewrittenBy(["subpixels"], head(TILE));
  assert.deepEqual(made.operators, ["Conv", "Relu", "Conv", "Sigmoid", "DepthToSpace"]);
  assert.equal(made.attribute(4, "blocksize"), 4);
  assert.deepEqual(made.nodes[4]?.output, ["y"]);
  // Pixel p of the first square has the weights p, 4 + p, 8 + p, ... of the eight channels.
  assert.deepEqual(made.held(0, 1).slice(0, 8), [0, 4, 8, 12, 16, 20, 24, 28]);
  assert.deepEqual(made.held(0, 1).slice(24), [3, 7, 11, 15, 19, 23, 27, 31]);
  assert.deepEqual(made.held(0, 2), [0.5, 0.5, 0.5, 0.5]);
  // Row 0 of the 4 x 4 square: pixels 0 and 1 of it lie in square (0, 0), pixels 2 and 3 in square (0, 1).
  const rows = made.held(2, 1);
  assert.deepEqual(rows.slice(0, 16), [10, 0, 0, 0, 20, 0, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0]);
  // Row 3 of it lies in squares (1, 0) and (1, 1), at their lower rows.
  assert.deepEqual(rows.slice(48), [0, 0, 30, 0, 0, 0, 40, 0, 0, 0, 0, 30, 0, 0, 0, 40]);
  assert.deepEqual(
    made.held(2, 2),
    list(16, () => -1),
  );
});

test("subpixels leaves transposed convolutions that overlap, leave gaps or are cut", async () => {
  const others = [
    { strides: [1, 1], kernel_shape: [2, 2] },
    { strides: [3, 3], kernel_shape: [2, 2] },
    { ...TILE, pads: [1, 1, 1, 1] },
    { ...TILE, output_padding: [1, 1] },
  ];
  for (const settings of others) {
    const made = await rewrittenBy(["subpixels"], head(settings));
    assert.equal(made.draft.log.length, 0, JSON.stringify(settings));
  }
});
