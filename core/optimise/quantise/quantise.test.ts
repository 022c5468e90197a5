import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProto, TensorProto } from "onnx-buf";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file, node, value, weights } from "../../model/onnx/_fake-models.ts";
import { Draft } from "../draft.ts";
import { floatsOf, floatTensor, rawTensor, wholeTensor } from "../tensor.ts";
import type { Calibration } from "./calibrate.ts";
import { quantise } from "./quantise.ts";
import { recipes } from "./recipes.ts";
import type { Recipe, StaticRecipe, Summary } from "./recipe.ts";
import { spreadOf } from "./_spread.ts";

const STATIC: StaticRecipe = {
  kind: "static",
  range: { kind: "all" },
  pairsSaturate: false,
  chained: true,
  depthwise: true,
  biasCorrected: false,
  kept: [],
};

async function draftOf(bytes: Uint8Array): Promise<Draft> {
  const model = await decodeOnnxFile(bytes);
  assert.ok(model.ok);
  return Draft.of(model.value);
}

/** Every value seen as the numbers given. */
function seen(values: Readonly<Record<string, readonly number[]>>): Calibration {
  const spreads = Object.entries(values).map(
    ([name, list]) => [name, spreadOf(Float32Array.from(list), { count: 1, inner: 1 })] as const,
  );
  return { spreads: new Map(spreads), sampleCount: 1 };
}

function quantised(draft: Draft, recipe: Recipe, calibration: Calibration | null): Summary {
  const result = quantise(draft, recipe, calibration);
  assert.ok(result.ok);
  return result.value;
}

function operators(draft: Draft): string[] {
  return (draft.sealed().graph?.node ?? []).map(({ opType }) => opType).toSorted();
}

/** The node that writes the input of `reader`, `steps` nodes before. */
function before(draft: Draft, reader: NodeProto | null, input: number): NodeProto {
  const found = draft.main.producer(reader?.input[input] ?? "");
  assert.ok(found !== null);
  return found;
}

function numbers(draft: Draft, name: string | undefined): readonly number[] {
  const tensor = draft.main.constant(name ?? "");
  assert.ok(tensor !== null, name);
  if (tensor.dataType === 1) return [...(floatsOf(tensor) ?? [])];
  const raw = tensor.rawData.slice().buffer;
  const list = { 2: Uint8Array, 3: Int8Array, 6: Int32Array }[tensor.dataType];
  assert.ok(list !== undefined);
  return [...new list(raw)];
}

const filled = (name: string, dims: readonly number[], list: readonly number[]): TensorProto =>
  floatTensor(name, dims, Float32Array.from(list));

const CONV_RELU = file({
  input: [value("x", [1, 1, 2, 2])],
  output: [value("y", [1, 1, 2, 2])],
  initializer: [filled("w", [1, 1, 1, 1], [2]), filled("b", [1], [1.5])],
  node: [
    { ...node("Conv", "x w b", "c"), name: "first" },
    node("Relu", "c", "r"),
    node("Neg", "r", "y"),
  ],
});

test("quantise() static: input, weights and bias have the scales of their ranges, Relu is in a range", async () => {
  const draft = await draftOf(CONV_RELU);
  const summary = quantised(draft, STATIC, seen({ x: [-1, 1.55], r: [0, 5.1] }));
  assert.deepEqual(summary, { quantised: ["first"], left: [], bytesBefore: 4, bytesAfter: 1 });
  assert.deepEqual(operators(draft), [
    "Conv",
    ...Array.from({ length: 4 }, () => "DequantizeLinear"),
    "Neg",
    "QuantizeLinear",
    "QuantizeLinear",
  ]);
  const leaves = before(draft, draft.main.producer("y"), 0);
  assert.equal(leaves.opType, "DequantizeLinear");
  assert.deepEqual(numbers(draft, leaves.input[1]), [Math.fround(0.02)]);
  assert.deepEqual(numbers(draft, leaves.input[2]), [0]);
  const conv = before(draft, before(draft, leaves, 0), 0);
  const enters = before(draft, conv, 0);
  assert.deepEqual(numbers(draft, enters.input[1]), [Math.fround(0.01)]);
  assert.deepEqual(numbers(draft, enters.input[2]), [100]);
  assert.deepEqual(numbers(draft, before(draft, conv, 1).input[0]), [127]);
  // 1.5 at the scale 0.01 * 2 / 127
  assert.deepEqual(numbers(draft, before(draft, conv, 2).input[0]), [9525]);
});

function convBefore(operator: string): Uint8Array {
  return file(
    {
      input: [value("x", [1, 1, 2, 2])],
      output: [value("y", [1, 1, 2, 2])],
      initializer: [filled("w", [1, 1, 1, 1], [2])],
      node: [node("Conv", "x w", "c"), node(operator, "c", "y")],
    },
    { opset: 11 },
  );
}

function domains(draft: Draft): string[] {
  const nodes = draft.sealed().graph?.node ?? [];
  return nodes.flatMap(({ opType, domain }) => (opType === "DequantizeLinear" ? [domain] : []));
}

test("quantise() static takes nodes in an order that runs, where edits before it put a layer behind its Relu", async () => {
  const draft = await draftOf(CONV_RELU);
  const conv = [...draft.main.nodes].find(({ opType }) => opType === "Conv");
  assert.ok(conv !== undefined);
  draft.main.replace([conv], [conv], "as smooth() does");
  const summary = quantised(draft, STATIC, seen({ x: [-1, 1.55], r: [0, 5.1] }));
  assert.deepEqual(summary.quantised, ["first"]);
  assert.ok(!operators(draft).includes("Relu"));
});

test("quantise() static upgrades a model to opset 13, from which scales have an axis", async () => {
  const draft = await draftOf(convBefore("Neg"));
  quantised(draft, STATIC, seen({ x: [0, 1], c: [0, 1] }));
  assert.deepEqual(domains(draft), ["", "", ""]);
  assert.equal(draft.opset(), 13);
});

test("quantise() static writes operators of ONNX Runtime where an upgrade would change what nodes mean", async () => {
  const draft = await draftOf(convBefore("Scatter"));
  quantised(draft, STATIC, seen({ x: [0, 1], c: [0, 1] }));
  assert.deepEqual(domains(draft), ["com.microsoft", "com.microsoft", "com.microsoft"]);
  assert.equal(draft.opset(), 11);
});

test("quantise() static: what lies between convolutions stays in 8 bits, what follows the last does not", async () => {
  const draft = await draftOf(
    file({
      input: [value("x", [1, 1, 4, 4])],
      output: [value("y", [1, 1, 2, 2])],
      initializer: [filled("w", [1, 1, 1, 1], [2]), filled("v", [1, 2, 1, 1], [2, 1])],
      node: [
        node("Conv", "x w", "a"),
        node("Sigmoid", "a", "s"),
        node("Mul", "a s", "m"),
        node("MaxPool", "m", "p", { kernel_shape: [2, 2], strides: [2, 2] }),
        node("MaxPool", "a", "q", { kernel_shape: [2, 2], strides: [2, 2] }),
        node("Concat", "p q", "k", { axis: 1 }),
        node("Conv", "k v", "d"),
        node("Sigmoid", "d", "y"),
      ],
    }),
  );
  const names = ["x", "a", "s", "m", "p", "q", "k", "d", "y"];
  quantised(draft, STATIC, seen(Object.fromEntries(names.map((name) => [name, [-1, 1]]))));
  // x, a, s, m, p, q, k and d are carried; y is not, nothing reads it in 8 bits.
  assert.equal(operators(draft).filter((each) => each === "QuantizeLinear").length, 8);
  const poolScale = draft.main.producer("p")?.input[1];
  assert.equal(poolScale, draft.main.producer("m")?.input[1], "pooled numbers keep their scale");
  assert.notEqual(draft.main.producer("k")?.input[1], poolScale);
});

test("quantise() static leaves layers of ranges never seen, of numbers that are not finite, and those kept", async () => {
  const parts = file({
    input: [value("x", [1, 1, 2, 2])],
    output: [value("y", [1, 1, 2, 2])],
    initializer: [filled("w", [1, 1, 1, 1], [2])],
    node: [node("Conv", "x w", "a"), node("Conv", "a w", "b"), node("Conv", "b w", "y")],
  });
  const ranges = seen({ x: [0, 1], a: [0, 1], b: [0, Number.NaN], y: [0, 1] });
  const summary = quantised(await draftOf(parts), STATIC, ranges);
  assert.deepEqual(summary.quantised, ["a"]);
  assert.deepEqual(summary.left, [
    { node: "b", why: '"b" is not finite' },
    { node: "y", why: '"b" is not finite' },
  ]);
  const kept = quantised(await draftOf(parts), { ...STATIC, kept: ["a"] }, ranges);
  assert.deepEqual(kept.quantised, []);
});

test("quantise() static with corrected biases takes back the mean error of rounded weights", async () => {
  const draft = await draftOf(
    file({
      input: [value("x", [4, 2])],
      output: [value("y", [4, 1])],
      initializer: [filled("w", [2, 1], [1.27, 0.0149])],
      node: [node("Gemm", "x w", "y")],
    }),
  );
  const spread = spreadOf(Float32Array.of(1, 3, 1, 5), { count: 2, inner: 1 });
  const calibration = { spreads: new Map([["x", spread]]), sampleCount: 1 };
  quantised(draft, { ...STATIC, biasCorrected: true }, calibration);
  const gemm = draft.main.producer("y");
  const bias = before(draft, gemm, 2);
  const [code = 0] = numbers(draft, bias.input[0]);
  const [scale = 0] = numbers(draft, bias.input[1]);
  // Weight 0.0149 is rounded to 0.01 and meets a mean of 4: the sum lacks 0.0196.
  assert.ok(Math.abs(code * scale - 0.0196) < 1e-4, String(code * scale));
});

const PRODUCTS = file({
  input: [value("x", [1, 64])],
  output: [value("y", [1, 2])],
  initializer: [weights("w", [64, 2]), weights("v", [64, 2]), weights("b", [2])],
  node: [
    node("MatMul", "x w", "a"),
    { ...node("Gemm", "x v b", "g"), name: "gemm" },
    node("Add", "a g", "y"),
  ],
});

test("quantise() dynamic: products that read one value share its codes; a bias is added after", async () => {
  const draft = await draftOf(PRODUCTS);
  const recipe = { kind: "dynamic", pairsSaturate: false, kept: [] } as const;
  assert.deepEqual(quantised(draft, recipe, null).quantised, ["a", "gemm"]);
  assert.deepEqual(operators(draft), [
    "Add",
    "Add",
    "Cast",
    "Cast",
    "DynamicQuantizeLinear",
    "MatMulInteger",
    "MatMulInteger",
    "Mul",
    "Mul",
    "Mul",
    "Mul",
  ]);
});

function recurrent(
  settings: Readonly<Record<string, number>> = {},
  before: readonly NodeProto[] = [],
): Uint8Array {
  const [gates, units] = [4, 1];
  const of = (name: string, numbers: readonly number[]) =>
    floatTensor(name, [1, gates * units, numbers.length / gates], Float32Array.from(numbers));
  return file({
    input: [before.length === 0 ? value("x", ["T", 1, 2]) : value("p", [1, 1, "T", 2])],
    output: [value("y", ["T", 1, 1, 1])],
    initializer: [
      of("w", [1.27, 0.5, -2.54, 1, 0, 0.127, 12.7, -6.3]),
      of("r", [1.27, 2.54, 0, -12.7]),
      weights("k", [1, 1, 1, 1]),
      wholeTensor("as", [-1, 1, 2]),
    ],
    node: [...before, node("LSTM", "x w r", "y", { hidden_size: units, ...settings })],
  });
}

test("quantise() dynamic: weights of an LSTM stand turned, with a scale for each gate", async () => {
  const draft = await draftOf(recurrent());
  const recipe = { kind: "dynamic", pairsSaturate: false, kept: [] } as const;
  const summary = quantised(draft, recipe, null);
  assert.deepEqual(summary, { quantised: ["y"], left: [], bytesBefore: 48, bytesAfter: 12 });
  const [layer] = draft.main.nodes;
  assert.deepEqual([layer?.opType, layer?.domain], ["DynamicQuantizeLSTM", "com.microsoft"]);
  assert.equal(layer?.input.length, 12);
  assert.deepEqual(layer?.input.slice(3, 8), ["", "", "", "", ""]);
  const codes = draft.main.constant(layer?.input[1] ?? "");
  assert.deepEqual(codes?.dims, [1n, 2n, 4n]);
  assert.deepEqual(
    [...new Int8Array(codes?.rawData.slice().buffer ?? [])],
    [127, -127, 0, 127, 50, 50, 127, -63],
  );
  const scales = [8, 10].map((at) => numbers(draft, layer?.input[at]));
  assert.deepEqual(
    scales.map((list) => list.map((scale) => Math.round(1e3 * scale))),
    [
      [10, 20, 1, 100],
      [10, 20, 1000, 100],
    ],
  );
  assert.equal(draft.opset("com.microsoft"), 1);
});

test("quantise() static puts an LSTM behind convolutions into 8 bits as they come, which needs no ranges", async () => {
  const draft = await draftOf(
    recurrent({}, [node("Conv", "p k", "c"), node("Reshape", "c as", "x")]),
  );
  const summary = quantised(draft, STATIC, seen({ p: [-1, 1], c: [-2, 2] }));
  assert.deepEqual(summary.quantised, ["c", "y"]);
  assert.ok(operators(draft).includes("DynamicQuantizeLSTM"));
  assert.deepEqual(summary.bytesBefore, 4 * summary.bytesAfter);
});

test("quantise() dynamic leaves an LSTM that is kept, or whose sequences stand first", async () => {
  const recipe = { kind: "dynamic", pairsSaturate: false, kept: ["y"] } as const;
  const kept = await draftOf(recurrent());
  assert.deepEqual(quantised(kept, recipe, null).quantised, []);
  const turned = await draftOf(recurrent({ layout: 1 }));
  assert.deepEqual(quantised(turned, { ...recipe, kept: [] }, null).quantised, []);
  assert.deepEqual(
    recipes(kept, { sumsWide: true }).map(({ kind }) => kind),
    ["dynamic"],
  );
});

test("quantise() of weights writes MatMulNBits of level 4 and counts its bytes", async () => {
  const draft = await draftOf(PRODUCTS);
  const recipe = {
    kind: "weights",
    bits: 4,
    block: 32,
    symmetric: false,
    searched: false,
  } as const;
  const summary = quantised(draft, { ...recipe, kept: ["a"] }, null);
  // Two blocks of 32 codes for each of 2 outputs: 64 bytes, 4 scales, 1 byte of zero points each.
  assert.deepEqual(summary, { quantised: ["gemm"], left: [], bytesBefore: 512, bytesAfter: 82 });
  const product = [...draft.main.nodes].find(({ opType }) => opType === "MatMulNBits");
  const settings = product?.attribute.map(({ name, i }) => [name, Number(i)]);
  assert.deepEqual(Object.fromEntries(settings ?? []), {
    K: 64,
    N: 2,
    bits: 4,
    block_size: 32,
    accuracy_level: 4,
  });
  assert.equal(draft.opset("com.microsoft"), 1);
});

test("quantise() static without ranges is refused", async () => {
  const result = quantise(await draftOf(CONV_RELU), STATIC, null);
  assert.ok(!result.ok && result.error.path.includes("calibration"));
});

test("Draft.undoFrom() takes a quantiser's edits back", async () => {
  const draft = await draftOf(CONV_RELU);
  const plain = operators(await draftOf(CONV_RELU));
  quantised(draft, STATIC, seen({ x: [-1, 1.55], r: [0, 5.1] }));
  draft.undoFrom(0);
  assert.deepEqual(operators(draft), plain);
});

test("recipes() follows what the model is made of and what the processor can", async () => {
  const cpu = { sumsWide: true };
  const offered = async (bytes: Uint8Array) =>
    recipes(await draftOf(bytes), cpu).map(({ kind }) => kind);
  assert.deepEqual(new Set(await offered(PRODUCTS)), new Set(["dynamic"]));
  const decoder = file({
    input: [value("x", [1, 2, 4, 64]), value("past", [1, 2, "past", 64])],
    output: [value("y", [1, 2, "all", 64])],
    initializer: [weights("w", [64, 64])],
    node: [node("MatMul", "x w", "k"), node("Concat", "past k", "y", { axis: 2 })],
  });
  assert.deepEqual(new Set(await offered(decoder)), new Set(["weights", "dynamic"]));
  const convolutions = file({
    input: [value("x", [1, 8, 4, 4])],
    output: [value("y", [1, 4])],
    initializer: [weights("w", [8, 8, 3, 3]), weights("v", [8, 4])],
    node: [
      node("Conv", "x w", "a"),
      node("Conv", "a w", "b"),
      node("GlobalAveragePool", "b", "p"),
      node("Flatten", "p", "f"),
      node("MatMul", "f v", "y"),
    ],
  });
  assert.deepEqual(new Set(await offered(convolutions)), new Set(["static"]));
  const [first] = recipes(await draftOf(PRODUCTS), { ...cpu, sumsWide: false });
  assert.ok(first?.kind === "dynamic" && first.pairsSaturate);
});

test("quantise() leaves weights of other floats than 32-bit ones, whose values fit no operator of 8 bits", async () => {
  const doubles = file({
    input: [value("x", [1, 1], 11)],
    output: [value("y", [1, 1], 11)],
    initializer: [rawTensor("w", 11, [1, 1], new Uint8Array(Float64Array.of(2).buffer))],
    node: [node("MatMul", "x w", "y")],
  });
  const draft = await draftOf(doubles);
  const { quantised: found, left } = quantised(
    draft,
    { kind: "dynamic", pairsSaturate: false, kept: [] },
    null,
  );
  assert.deepEqual(found, []);
  assert.match(left[0]?.why ?? "", /32-bit floats/u);
});
