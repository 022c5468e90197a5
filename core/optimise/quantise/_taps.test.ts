import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile, inferValues } from "../../model/onnx/index.ts";
import { file, node, value, weights } from "../../model/onnx/_fake-models.ts";
import { Draft } from "../draft.ts";
import { tapsOf, type Tap } from "./_taps.ts";

const SIDE = 4096;

/** Of two values of 2 × 4096 × 4096 numbers, 128 MiB each. */
async function taps(opset: number, bytesMax: number): Promise<readonly Tap[]> {
  const model = await decodeOnnxFile(
    file(
      {
        input: [value("x", [1, 2, SIDE, SIDE])],
        output: [value("y", [1, 2, SIDE, SIDE])],
        initializer: [weights("w", [2, 2, 1, 1])],
        node: [
          node("Neg", "x", "n"),
          node("Conv", "n w", "c"),
          node("Relu", "c", "r"),
          node("Exp", "r", "y"),
        ],
      },
      { opset },
    ),
  );
  assert.ok(model.ok);
  const known = inferValues(model.value);
  assert.ok(known.ok);
  return tapsOf(Draft.of(model.value), known.value, bytesMax);
}

test("tapsOf() counts of thinned pictures what is shown: one in 12 × 12 numbers", async () => {
  const [tap, ...others] = await taps(13, 2 ** 21);
  assert.equal(others.length, 0);
  assert.deepEqual(
    tap?.values.map(({ name, step }) => [name, step]),
    [
      ["n", 12],
      ["r", 12],
    ],
  );
  assert.equal(tap?.bytes, 2 * Math.ceil(2 ** 27 / 144));
});

test("tapsOf() shows all of a picture where Slice has no steps, before opset 10", async () => {
  for (const { values, bytes } of await taps(9, 2 ** 27)) {
    assert.deepEqual([values.length, values[0]?.step, bytes], [1, 1, 2 ** 27]);
    assert.equal(values[0]?.shown, values[0]?.name);
  }
});
