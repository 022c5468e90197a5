/** Work of the generated models against figures of their papers and of an independent count. */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readOnnx } from "../../core/model/onnx/index.ts";
import { memorySource } from "../../core/model/index.ts";
import { expandNetwork } from "../../core/operators/index.ts";
import { GENERATED } from "./index.ts";

/**
 * Billions of operations, two a multiplication, and millions of parameters, by hand from the layer tables.
 * ResNet-50: 4.089 G multiplications, 25.557 M of which 26,560 scales are folded in; MobileNetV2: 300.8 M, 3.505 M of
 * which 17,056. A layer of width w has 12 w² weights: BERT 24 · 12 · 768² · 128 + 48 · 128² · 768 of attention, and so on.
 */
const EXPECTED: Readonly<Record<string, readonly [number, number]>> = {
  "resnet-50": [8.178, 25.53],
  "mobilenet-v2": [0.602, 3.488],
  "bert-base-s128": [22.35, 109.48],
  "minilm-l6-s128": [2.869, 22.57],
  "minilm-l6-s16": [0.342, 22.57],
  "gpt2-decode-256": [0.2565, 124.44],
  "vit-b-16": [35.13, 86.57],
};

for (const { id, sizes, file } of GENERATED) {
  test(`GENERATED "${id}" does the work of its paper`, async () => {
    const bytes = file();
    const read = await readOnnx(memorySource(bytes), { source: id, sizes });
    assert.ok(read.ok, JSON.stringify(read));
    const { numerics, assumptions, nodes } = read.value;
    assert.deepEqual(assumptions, []);
    const operators = expandNetwork(read.value, 1, numerics, { fused: false });
    const flops = operators
      .filter(({ work }) => work.kind !== "elementwise")
      .reduce((sum, each) => sum + each.count * each.flops, 0);
    const parameters =
      nodes.reduce(
        (sum, each) => sum + (each.shared === true ? 0 : each.count * each.parameters),
        0,
      ) + (read.value.idle ?? 0);
    const [billions, millions] = EXPECTED[id]!;
    assert.ok(Math.abs(flops / 1e9 / billions - 1) < 0.001, `${flops / 1e9}, not ${billions}`);
    assert.ok(Math.abs(parameters / 1e6 / millions - 1) < 0.005, `${parameters / 1e6}`);
  });
}

test("GENERATED files are the same at every call", () => {
  const { file } = GENERATED.find(({ id }) => id === "mobilenet-v2")!;
  assert.deepEqual(file(), file());
});
