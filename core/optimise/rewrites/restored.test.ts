import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TensorProtoSchema } from "onnx-buf";
import { node, value } from "../../model/onnx/_fake-models.ts";
import { ELEMENT, rawTensor } from "../tensor.ts";
import { floats, rewrittenBy } from "./_fake-drafts.ts";

const codes = (name: string, dims: readonly number[], values: readonly number[], type: number) =>
  rawTensor(
    name,
    type,
    dims,
    Uint8Array.from(values, (each) => each & 0xff),
  );

/** A layer in whole numbers as ONNX Runtime's quantiser writes one for weights rounded to 8 bits. */
const quantised = (operator: string, weights: ReturnType<typeof codes>[]) => ({
  input: [value("x", operator === "ConvInteger" ? [1, 1, 2, 2] : [1, 2])],
  output: [value("y", ["?", "?"])],
  initializer: [...weights, floats("s", [], [0.5])],
  node: [
    node("DynamicQuantizeLinear", "x", "q qs qz"),
    node("Mul", "qs s", "scale"),
    node(operator, "q w qz z", "i"),
    node("Cast", "i", "f", { to: 1 }),
    node("Mul", "f scale", "y"),
  ],
});

test("dequantised-convolutions of ConvInteger is Conv with weights of scale * (w - zero)", async () => {
  const weights = [codes("w", [2, 1, 1, 1], [3, 130], 2), codes("z", [], [128], 2)];
  const names = ["dequantised-convolutions", "unread"];
  const made = await rewrittenBy(names, {
    ...quantised("ConvInteger", weights),
    output: [value("y", [1, 2, 2, 2])],
  });
  assert.deepEqual(made.operators, ["Conv"]);
  assert.deepEqual(made.nodes[0]?.input[0], "x");
  assert.deepEqual(made.held(0, 1), [-62.5, 1]);
});

test("dequantised-convolutions has a scale of each output channel, not of each input", async () => {
  const weights = [codes("w", [2, 2, 1, 1], [1, 2, 3, 4], 3), codes("z", [], [0], 3)];
  const parts = quantised("ConvInteger", weights);
  const made = await rewrittenBy(["dequantised-convolutions", "unread"], {
    ...parts,
    input: [value("x", [1, 2, 2, 2])],
    output: [value("y", [1, 2, 2, 2])],
    initializer: [...weights, floats("s", [2], [0.5, 10])],
  });
  assert.deepEqual(made.held(0, 1), [0.5, 1, 30, 40]);
});

test("dequantised-products of MatMulInteger is MatMul, with a zero of each column", async () => {
  const weights = [codes("w", [2, 2], [1, -2, 3, 4], 3), codes("z", [2], [1, -1], 3)];
  const names = ["dequantised-products", "unread"];
  const made = await rewrittenBy(names, {
    ...quantised("MatMulInteger", weights),
    output: [value("y", [1, 2])],
  });
  assert.deepEqual(made.operators, ["MatMul"]);
  assert.deepEqual(made.held(0, 1), [0, -0.5, 1, 2.5]);
});

test("dequantised-products leaves a product whose input's zero is another's", async () => {
  const weights = [codes("w", [2, 2], [1, 2, 3, 4], 3), codes("z", [], [0], 3)];
  const parts = quantised("MatMulInteger", weights);
  const node2 = node("MatMulInteger", "q w z z", "i");
  const made = await rewrittenBy(["dequantised-products"], {
    ...parts,
    output: [value("y", [1, 2])],
    node: parts.node.map((each) => (each.opType === "MatMulInteger" ? node2 : each)),
  });
  assert.equal(made.draft.log.length, 0);
});

/** 1.5 and -2 as 16-bit floats: sign, five bits of exponent from 15 on, ten of fraction. */
const HALVES = [0x3e00, 0xc000];

test("widened computes 16-bit floats in 32 bits between casts of inputs and outputs", async () => {
  const half = create(TensorProtoSchema, {
    name: "w",
    dims: [2n],
    dataType: ELEMENT.half,
    rawData: new Uint8Array(Uint16Array.from(HALVES).buffer),
  });
  const made = await rewrittenBy(["widened", "identities"], {
    input: [value("x", [2], ELEMENT.half)],
    output: [value("y", [2], ELEMENT.half), value("z", [2])],
    valueInfo: [value("a", [2], ELEMENT.half)],
    initializer: [half],
    node: [
      node("Add", "x w", "a"),
      node("Relu", "a", "y"),
      node("Cast", "a", "c", { to: 1 }),
      node("Exp", "c", "d"),
      node("Cast", "d", "e", { to: 10 }),
      node("Neg", "e", "f"),
      node("Cast", "f", "z", { to: 1 }),
    ],
  });
  assert.deepEqual(made.operators, ["Cast", "Add", "Exp", "Neg", "Relu", "Cast"]);
  assert.deepEqual(made.held(1, 1), [1.5, -2]);
  assert.deepEqual(made.nodes[5]?.output, ["y"]);
  assert.equal(made.attribute(5, "to"), 10);
  assert.deepEqual(made.nodes[3]?.output, ["z"]);
  assert.equal(made.graph.valueInfo.length, 0);
});

test("widened leaves a model with operators outside the standard", async () => {
  const made = await rewrittenBy(["widened"], {
    input: [value("x", [2], ELEMENT.half)],
    output: [value("y", [2], ELEMENT.half)],
    initializer: [rawTensor("w", ELEMENT.half, [2], new Uint8Array(4))],
    node: [node("own:Odd", "x w", "y")],
  });
  assert.equal(made.draft.log.length, 0);
});
