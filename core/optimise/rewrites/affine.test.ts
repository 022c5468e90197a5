import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeOnnxFile } from "../../model/onnx/index.ts";
import { node, value } from "../../model/onnx/_fake-models.ts";
import { draftOf, floats, Rewritten, rewrittenBy } from "./_fake-drafts.ts";
import { rewriteExact } from "./index.ts";

const IMAGE = { input: [value("x", [1, 1, 4, 4])], output: [value("y", [1, 2, 4, 4])] };

test("affine-folding of (Conv + b) * 3 - 4 has weights of three times, and bias 3b - 4", async () => {
  const made = await rewrittenBy(["affine-folding"], {
    ...IMAGE,
    initializer: [
      floats("w", [2, 1, 1, 1], [2, -5]),
      floats("b", [2], [1, 10]),
      floats("three", [1], [3]),
      floats("four", [], [4]),
    ],
    node: [node("Conv", "x w b", "c"), node("Mul", "three c", "m"), node("Sub", "m four", "y")],
  });
  assert.deepEqual(made.operators, ["Conv"]);
  assert.deepEqual(made.held(0, 1), [6, -15]);
  assert.deepEqual(made.held(0, 2), [-1, 26]);
  assert.deepEqual(made.nodes[0]?.output, ["y"]);
});

test("affine-folding takes factors of each channel, and leaves those of each column", async () => {
  const parts = (dims: readonly number[]) => ({
    input: [value("x", [1, 1, 4, 2])],
    output: [value("y", [1, 2, 4, 2])],
    initializer: [floats("w", [2, 1, 1, 1], [2, -5]), floats("s", dims, [3, 0.5])],
    node: [node("Conv", "x w", "c"), node("Div", "c s", "y")],
  });
  const channels = await rewrittenBy(["affine-folding"], parts([2, 1, 1]));
  assert.deepEqual(channels.operators, ["Conv"]);
  assert.deepEqual(channels.held(0, 1), [Math.fround(2 / 3), -10]);
  const columns = await rewrittenBy(["affine-folding"], parts([1, 1, 1, 2]));
  assert.deepEqual(columns.operators, ["Conv", "Div"]);
});

test("affine-folding scales each output channel of a grouped ConvTranspose", async () => {
  const made = await rewrittenBy(["affine-folding"], {
    input: [value("x", [1, 4, 2, 2])],
    output: [value("y", [1, 4, 2, 2])],
    initializer: [
      floats("w", [4, 2, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1]),
      floats("s", [4, 1, 1], [2, 3, 5, 7]),
    ],
    node: [node("ConvTranspose", "x w", "c", { group: 2 }), node("Mul", "c s", "y")],
  });
  assert.deepEqual(made.held(0, 1), [2, 3, 2, 3, 5, 7, 5, 7]);
});

test("affine-folding of Gemm scales columns, rows where transB is 1, and adds to its bias", async () => {
  const made = await rewrittenBy(["affine-folding"], {
    input: [value("x", [1, 2])],
    output: [value("y", [1, 2])],
    initializer: [
      floats("w", [2, 2], [1, 2, 3, 4]),
      floats("b", [2], [1, 1]),
      floats("s", [2], [10, 100]),
      floats("t", [2], [0.5, -1]),
    ],
    node: [
      node("Gemm", "x w b", "c", { transB: 1 }),
      node("Mul", "c s", "m"),
      node("Add", "m t", "y"),
    ],
  });
  assert.deepEqual(made.operators, ["Gemm"]);
  assert.deepEqual(made.held(0, 1), [10, 20, 300, 400]);
  assert.deepEqual(made.held(0, 2), [10.5, 99]);
});

test("affine-folding of MatMul keeps one Add after it, and leaves one that has only that", async () => {
  const parts = {
    input: [value("x", [1, 2])],
    output: [value("y", [1, 2])],
    initializer: [
      floats("w", [2, 2], [1, 2, 3, 4]),
      floats("b", [2], [1, -1]),
      floats("s", [], [2]),
    ],
  };
  const scaled = await rewrittenBy(["affine-folding"], {
    ...parts,
    node: [node("MatMul", "x w", "p"), node("Add", "b p", "q"), node("Mul", "q s", "y")],
  });
  assert.deepEqual(scaled.operators, ["MatMul", "Add"]);
  assert.deepEqual(scaled.held(0, 1), [2, 4, 6, 8]);
  assert.deepEqual(scaled.held(1, 1), [2, -2]);
  const plain = { ...parts, node: [node("MatMul", "x w", "p"), node("Add", "b p", "y")] };
  assert.equal((await rewrittenBy(["affine-folding"], plain)).draft.log.length, 0);
});

test("affine-folding of BatchNormalization is (c - mean) / sqrt(var + epsilon) * scale + bias", async () => {
  const made = await rewrittenBy(["affine-folding"], {
    ...IMAGE,
    initializer: [
      floats("w", [2, 1, 1, 1], [2, 4]),
      floats("g", [2], [3, 1]),
      floats("h", [2], [1, 0]),
      floats("m", [2], [5, 1]),
      floats("v", [2], [4, 0.25]),
    ],
    node: [node("Conv", "x w", "c"), node("BatchNormalization", "c g h m v", "y", { epsilon: 0 })],
  });
  assert.deepEqual(made.operators, ["Conv"]);
  assert.deepEqual(made.held(0, 1), [3, 8]);
  assert.deepEqual(made.held(0, 2), [-6.5, -2]);
});

test("affine-folding adds the epsilon of BatchNormalization to its variance", async () => {
  const made = await rewrittenBy(["affine-folding"], {
    ...IMAGE,
    initializer: [
      floats("w", [2, 1, 1, 1], [2, 4]),
      floats("g", [2], [1, 1]),
      floats("h", [2], [0, 0]),
      floats("v", [2], [3.75, 0]),
    ],
    node: [
      node("Conv", "x w", "c"),
      node("BatchNormalization", "c g h h v", "y", { epsilon: 0.25 }),
    ],
  });
  assert.deepEqual(made.held(0, 1), [1, 8]);
});

test("affine-folding leaves a constant over x, which is not affine", async () => {
  const made = await rewrittenBy(["affine-folding"], {
    ...IMAGE,
    initializer: [floats("w", [2, 1, 1, 1], [2, 4]), floats("s", [], [3])],
    node: [node("Conv", "x w", "c"), node("Div", "s c", "y")],
  });
  assert.equal(made.draft.log.length, 0);
});

test("affine-folding copies small weights that others read too, and leaves large ones", async () => {
  const parts = (side: number) => ({
    input: [value("x", [1, side])],
    output: [value("y", [1, side]), value("z", [1, side])],
    initializer: [
      floats(
        "w",
        [side, side],
        Array.from({ length: side * side }, () => 1),
      ),
      floats("s", [], [3]),
    ],
    node: [node("MatMul", "x w", "p"), node("Mul", "p s", "y"), node("MatMul", "x w", "z")],
  });
  assert.ok((await rewrittenBy(["affine-folding"], parts(8))).draft.log.length > 0);
  assert.equal((await rewrittenBy(["affine-folding"], parts(300))).draft.log.length, 0);
});

test("affine-folding leaves what others read, and a constant that would make the result larger", async () => {
  const initializer = [floats("w", [2, 1, 1, 1], [2, 4]), floats("s", [1, 1, 1, 1, 1], [3])];
  const read = await rewrittenBy(["affine-folding"], {
    ...IMAGE,
    output: [value("y", [1, 2, 4, 4]), value("c", [1, 2, 4, 4])],
    initializer: [initializer[0]!, floats("s", [], [3])],
    node: [node("Conv", "x w", "c"), node("Mul", "c s", "y")],
  });
  assert.equal(read.draft.log.length, 0);
  const larger = await rewrittenBy(["affine-folding"], {
    ...IMAGE,
    output: [value("y", [1, 1, 2, 4, 4])],
    initializer,
    node: [node("Conv", "x w", "c"), node("Mul", "c s", "y")],
  });
  assert.equal(larger.draft.log.length, 0);
});

const BEFORE = {
  input: [value("x", [1, 2, 4, 4])],
  output: [value("y", [1, 1, 4, 4])],
  initializer: [
    floats("w", [1, 2, 1, 1], [2, 3]),
    floats("b", [1], [1]),
    floats("s", [2, 1, 1], [10, 100]),
    floats("t", [], [7]),
  ],
};

test("affine-forward of Conv(s * x + t) has weights of s times, and the sum of w * t in its bias", async () => {
  const made = await rewrittenBy(["affine-forward"], {
    ...BEFORE,
    node: [node("Mul", "x s", "m"), node("Add", "m t", "a"), node("Conv", "a w b", "y")],
  });
  assert.deepEqual(made.operators, ["Conv"]);
  assert.deepEqual(made.held(0, 1), [20, 300]);
  assert.deepEqual(made.held(0, 2), [1 + 2 * 7 + 3 * 7]);
});

test("affine-forward of a Gemm has the offset times its alpha in its bias", async () => {
  const made = await rewrittenBy(["affine-forward"], {
    input: [value("x", [1, 2])],
    output: [value("y", [1, 1])],
    initializer: [floats("w", [2, 1], [2, 3]), floats("s", [], [10]), floats("t", [], [7])],
    node: [
      node("Mul", "x s", "m"),
      node("Add", "m t", "a"),
      node("Gemm", "a w", "y", { alpha: 0.5 }),
    ],
  });
  assert.deepEqual(made.operators, ["Gemm"]);
  assert.deepEqual(made.held(0, 1), [20, 30]);
  assert.deepEqual(made.held(0, 2), [0.5 * (2 * 7 + 3 * 7)]);
});

test("affine-forward past padding takes the factor alone: s * x + t is s * (x + t / s)", async () => {
  const nodes = (settings: Record<string, readonly number[] | string>) => [
    node("Mul", "x s", "m"),
    node("Add", "m t", "a"),
    node("Conv", "a w b", "y", settings),
  ];
  for (const settings of [{ pads: [0, 0, 1, 0] }, { auto_pad: "SAME_UPPER" }]) {
    const made = await rewrittenBy(["affine-forward"], { ...BEFORE, node: nodes(settings) });
    assert.deepEqual(made.operators, ["Add", "Conv"]);
    assert.deepEqual(made.held(0, 1), [Math.fround(0.7), Math.fround(0.07)]);
    assert.deepEqual(made.held(1, 1), [20, 300]);
    assert.deepEqual(made.held(1, 2), [1]);
  }
});

test("affine-forward goes into every layer that reads, and stays where something else does", async () => {
  const two = [node("Add", "x t", "a"), node("Conv", "a w b", "y"), node("Conv", "a w", "z")];
  const both = await rewrittenBy(["affine-forward"], {
    ...BEFORE,
    output: [value("y", [1, 1, 4, 4]), value("z", [1, 1, 4, 4])],
    node: two,
  });
  assert.deepEqual(both.operators, ["Conv", "Conv"]);
  assert.deepEqual(both.held(1, 2), [35]);
  const other = await rewrittenBy(["affine-forward"], {
    ...BEFORE,
    output: [value("y", [1, 1, 4, 4]), value("z", [1, 2, 4, 4])],
    node: [...two.slice(0, 2), node("Exp", "a", "z")],
  });
  assert.equal(other.draft.log.length, 0);
});

test("affine-forward leaves a GELU in small operators as it is", async () => {
  const made = await rewrittenBy(["affine-forward"], {
    input: [value("x", [1, 2])],
    output: [value("y", [1, 2])],
    initializer: [
      floats("w", [2, 2], [1, 2, 3, 4]),
      floats("root", [], [Math.SQRT2]),
      floats("one", [], [1]),
      floats("half", [], [0.5]),
    ],
    node: [
      node("Div", "x root", "d"),
      node("Erf", "d", "e"),
      node("Add", "e one", "a"),
      node("Mul", "x a", "m"),
      node("Mul", "m half", "g"),
      node("MatMul", "g w", "y"),
    ],
  });
  assert.equal(made.draft.log.length, 0);
});

test("affine-forward starts after a product of two values, not before it", async () => {
  const made = await rewrittenBy(["affine-forward"], {
    input: [value("x", [1, 2]), value("z", [1, 2])],
    output: [value("y", [1, 2])],
    initializer: [floats("w", [2, 2], [1, 2, 3, 4]), floats("one", [], [1]), floats("s", [], [5])],
    node: [
      node("Add", "z one", "a"),
      node("Mul", "x a", "m"),
      node("Mul", "m s", "g"),
      node("MatMul", "g w", "y"),
    ],
  });
  assert.deepEqual(made.operators, ["Add", "Mul", "MatMul"]);
  assert.deepEqual(made.held(2, 1), [5, 10, 15, 20]);
});

test("affine-forward leaves the scale and bias of a normalisation, which engines fuse", async () => {
  const made = await rewrittenBy(["affine-forward"], {
    input: [value("x", [1, 2]), value("v", [1, 1])],
    output: [value("y", [1, 2])],
    initializer: [floats("w", [2, 2], [1, 2, 3, 4]), floats("s", [2], [2, 3])],
    node: [
      node("Sqrt", "v", "r"),
      node("Div", "x r", "d"),
      node("Mul", "d s", "m"),
      node("Add", "m s", "a"),
      node("MatMul", "a w", "y"),
    ],
  });
  assert.equal(made.draft.log.length, 0);
});

const CHANNELS = Array.from({ length: 16 }, (_, channel) => channel);
const PADDED = {
  input: [value("x", [1, 3, 4, 4])],
  output: [value("y", [1, 16, 4, 4])],
  initializer: [
    floats(
      "w",
      [16, 3, 1, 1],
      Array.from({ length: 48 }, () => 1),
    ),
    floats(
      "d",
      [16, 1, 3, 3],
      Array.from({ length: 144 }, () => 1),
    ),
    floats("t", [16, 1, 1], CHANNELS),
  ],
  node: [
    node("Conv", "x w", "c"),
    node("Relu", "c", "r"),
    node("Add", "r t", "a"),
    node("Conv", "a d", "y", { group: 16, pads: [1, 1, 1, 1] }),
  ],
};

test("blocked-affine is a convolution of each channel between convolutions, for native engines alone", async () => {
  const made = await rewrittenBy(["blocked-affine"], PADDED);
  assert.deepEqual(made.operators, ["Conv", "Relu", "Conv", "Conv"]);
  assert.equal(made.attribute(2, "group"), 16);
  assert.deepEqual(
    made.held(2, 1),
    Array.from({ length: 16 }, () => 1),
  );
  assert.deepEqual(made.held(2, 2), CHANNELS);
  const wasm = await rewrittenBy(["blocked-affine"], PADDED, { target: "wasm" });
  assert.equal(wasm.draft.log.length, 0);
});

test("rewriteExact() is undone by Draft.undoFrom(0)", async () => {
  const draft = await draftOf(PADDED);
  const before = encodeOnnxFile((await draftOf(PADDED)).sealed());
  assert.ok(rewriteExact(draft, { target: "native" }).ok);
  assert.ok(draft.log.length > 0 && new Rewritten(draft).nodes.length > 0);
  draft.undoFrom(0);
  assert.deepEqual(encodeOnnxFile(draft.sealed()), before);
});
