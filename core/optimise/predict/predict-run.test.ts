/** Kernels that an engine makes of a graph, as its profiles of such graphs show them. */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file, node, value, weights, wholes } from "../../model/onnx/_fake-models.ts";
import { kernelsOf } from "./predict-run.ts";

async function operatorsOf(
  parts: Parameters<typeof file>[0],
  sizes: Readonly<Record<string, number>> = {},
): Promise<readonly string[]> {
  const model = await decodeOnnxFile(file(parts));
  assert.ok(model.ok);
  const read = kernelsOf(model.value, sizes);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value.kernels.map(({ operator }) => operator);
}

const conv = (x: string, w: string, y: string, size = 3) =>
  node("Conv", `${x} ${w}`, y, {
    kernel_shape: [size, size],
    pads: size === 3 ? [1, 1, 1, 1] : [0, 0, 0, 0],
  });

test("kernelsOf() of a layer normalisation in nine nodes is one kernel", async () => {
  const operators = await operatorsOf({
    input: [value("x", [4, 8])],
    output: [value("y", [4, 8])],
    initializer: [weights("two", []), weights("eps", []), weights("w", [8]), weights("b", [8])],
    node: [
      node("ReduceMean", "x", "m", { axes: [-1] }),
      node("Sub", "x m", "c"),
      node("Pow", "c two", "s"),
      node("ReduceMean", "s", "v", { axes: [-1] }),
      node("Add", "v eps", "ve"),
      node("Sqrt", "ve", "d"),
      node("Div", "c d", "n"),
      node("Mul", "n w", "nw"),
      node("Add", "nw b", "y"),
    ],
  });
  assert.deepEqual(operators, ["LayerNormalization"]);
});

test("kernelsOf() of a product, its bias and GELU by erf is the product and one kernel more", async () => {
  const operators = await operatorsOf({
    input: [value("x", [1, 4, 8])],
    output: [value("y", [1, 4, 16])],
    initializer: [
      weights("w", [8, 16]),
      weights("b", [16]),
      weights("r", []),
      weights("one", []),
      weights("half", []),
    ],
    node: [
      node("MatMul", "x w", "p"),
      node("Add", "b p", "g"),
      node("Div", "g r", "s"),
      node("Erf", "s", "e"),
      node("Add", "e one", "e1"),
      node("Mul", "g e1", "ge"),
      node("Mul", "ge half", "y"),
    ],
  });
  assert.deepEqual(operators, ["MatMul", "BiasGelu"]);
});

test("kernelsOf() of convolutions takes up activations and sums, and turns layouts at both ends", async () => {
  const operators = await operatorsOf({
    input: [value("x", [1, 16, 8, 8])],
    output: [value("y", [1, 16, 8, 8])],
    initializer: [weights("w", [16, 16, 3, 3]), weights("v", [16, 16, 3, 3])],
    node: [
      conv("x", "w", "a"),
      node("Relu", "a", "b"),
      conv("b", "v", "c"),
      node("Add", "c b", "d"),
      node("Relu", "d", "y"),
    ],
  });
  assert.deepEqual(operators, ["ReorderInput", "Conv", "Conv", "ReorderOutput"]);
});

test("kernelsOf() of a scalar sum after a convolution lays the image out plainly before it", async () => {
  const operators = await operatorsOf({
    input: [value("x", [1, 3, 8, 8])],
    output: [value("y", [1, 16, 8, 8])],
    initializer: [weights("w", [16, 3, 3, 3]), weights("s", []), weights("v", [16, 16, 1, 1])],
    node: [conv("x", "w", "a"), node("Add", "a s", "b"), conv("b", "v", "y", 1)],
  });
  assert.deepEqual(operators, [
    "Conv",
    "ReorderOutput",
    "Add",
    "ReorderInput",
    "Conv",
    "ReorderOutput",
  ]);
});

test("kernelsOf() leaves out what is known beforehand, and sizes of the tensor that is reshaped", async () => {
  const parts = {
    input: [value("x", ["batch", 6])],
    output: [value("y", ["batch", 2, 3])],
    initializer: [
      wholes("zero", [0]),
      wholes("rest", [2, 3]),
      weights("w", [6]),
      weights("v", [6]),
    ],
    node: [
      node("Add", "w v", "wv"),
      node("Add", "x wv", "a"),
      node("Shape", "a", "s"),
      node("Gather", "s zero", "n"),
      node("Concat", "n rest", "t", { axis: 0 }),
      node("Reshape", "a t", "y"),
    ],
  };
  assert.deepEqual(await operatorsOf(parts, { batch: 4 }), ["Add", "Reshape"]);
});

test("kernelsOf() of the larger branch of a condition stands for the condition", async () => {
  const { graph } = await import("../../model/onnx/_fake-models.ts");
  const branch = (operators: readonly string[]) =>
    graph({
      output: [value("z", [4])],
      node: operators.map((operator, index) =>
        node(
          operator,
          index === 0 ? "x" : `v${index - 1}`,
          index === operators.length - 1 ? "z" : `v${index}`,
        ),
      ),
    });
  const operators = await operatorsOf({
    input: [value("x", [4]), value("c", [], 9)],
    output: [value("y", [4])],
    node: [
      node("If", "c", "y", {
        then_branch: branch(["Relu", "Exp", "Tanh"]),
        else_branch: branch(["Neg"]),
      }),
    ],
  });
  assert.deepEqual(operators, ["Relu", "Exp", "Tanh"]);
});
