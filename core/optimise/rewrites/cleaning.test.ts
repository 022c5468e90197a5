import assert from "node:assert/strict";
import { test } from "node:test";
import { graph, node, value, wholes } from "../../model/onnx/_fake-models.ts";
import { ELEMENT, rawTensor } from "../tensor.ts";
import { floats, rewrittenBy } from "./_fake-drafts.ts";

const FLOAT = 1;
const INT64 = 7;
const HALF = 10;
const DOUBLE = 11;
const LINE = { input: [value("x", [2, 3])], output: [value("y", [2, 3])] };

test("constants has Constant nodes, and inputs that have a value, as tensors of the file", async () => {
  const made = await rewrittenBy(["constants"], {
    ...LINE,
    input: [value("x", [2, 3]), value("w", [3])],
    initializer: [floats("w", [3], [1, 2, 3])],
    node: [
      node("Constant", "", "c", { value: floats("", [3], [4, 5, 6]) }),
      node("Add", "x c", "a"),
      node("Add", "a w", "y"),
    ],
  });
  assert.deepEqual(made.operators, ["Add", "Add"]);
  assert.deepEqual(made.held(0, 1), [4, 5, 6]);
  assert.deepEqual(made.held(1, 1), [1, 2, 3]);
  assert.deepEqual(
    made.graph.input.map(({ name }) => name),
    ["x"],
  );
  made.draft.undoFrom(0);
  assert.deepEqual(made.operators, ["Constant", "Add", "Add"]);
  assert.equal(made.graph.input.length, 2);
});

test("specialised fixes open sizes by their names, and inputs to one number", async () => {
  const made = await rewrittenBy(
    ["specialised"],
    {
      input: [value("x", ["batch", 3]), value("k", [3])],
      output: [value("y", ["batch", 3])],
      node: [node("Add", "x k", "y")],
    },
    { sizes: { batch: 4 }, inputs: { k: 2.5 } },
  );
  const dims = [made.graph.input[0], made.graph.output[0]].map((each) => {
    const type = each?.type?.value;
    return type?.case === "tensorType" ? type.value.shape?.dim.map((dim) => dim.value.value) : null;
  });
  assert.deepEqual(dims, [
    [4n, 3n],
    [4n, 3n],
  ]);
  assert.equal(made.graph.input.length, 1);
  assert.deepEqual(made.held(0, 1), [2.5, 2.5, 2.5]);
});

test("unread leaves out outputs that are not named, and all that only they need", async () => {
  const made = await rewrittenBy(
    ["unread"],
    {
      ...LINE,
      output: [value("y", [2, 3]), value("z", [2, 3])],
      node: [node("Relu", "x", "y"), node("Exp", "x", "e"), node("Neg", "e", "z")],
    },
    { outputs: ["y"] },
  );
  assert.deepEqual(made.operators, ["Relu"]);
  assert.equal(made.graph.output.length, 1);
});

test("shapes of a known size are constants, and what is computed of them", async () => {
  const made = await rewrittenBy(["shapes", "unread"], {
    ...LINE,
    output: [value("y", ["?", "?"])],
    initializer: [wholes("at", [1]), wholes("less", [-1])],
    node: [
      node("Shape", "x", "s"),
      node("Gather", "s at", "g"),
      node("Concat", "g less", "c", { axis: 0 }),
      node("Reshape", "x c", "y"),
    ],
  });
  assert.deepEqual(made.operators, ["Reshape"]);
  const target = made.draft.main.constant(made.nodes[0]?.input[1] ?? "");
  assert.deepEqual([...new BigInt64Array(new Uint8Array(target!.rawData).buffer)], [3n, -1n]);
});

test("views has a constant in the shape that a node gives it", async () => {
  const made = await rewrittenBy(["views"], {
    ...LINE,
    initializer: [floats("b", [3], [1, 2, 3]), wholes("to", [1, -1])],
    node: [node("Reshape", "b to", "r"), node("Add", "x r", "y")],
  });
  assert.deepEqual(made.operators, ["Add"]);
  assert.deepEqual(made.draft.main.constant("r")?.dims, [1n, 3n]);
  assert.deepEqual(made.held(0, 1), [1, 2, 3]);
});

/** What is left between x and y of `nodes` that end in Relu. */
async function left(nodes: ReturnType<typeof node>[], type = FLOAT): Promise<readonly string[]> {
  const made = await rewrittenBy(["identities"], {
    input: [value("x", [2, 3], type)],
    output: [value("y", ["?", "?"], type)],
    initializer: [
      floats("zero", [], [0]),
      floats("one", [1], [1]),
      floats("large", [1, 1, 1], [1]),
      wholes("shape", [2, 3]),
      wholes("turned", [3, 2]),
      floats("half", [], [0.5]),
      rawTensor("yes", ELEMENT.bool, [], Uint8Array.of(1)),
      rawTensor("no", ELEMENT.bool, [], Uint8Array.of(0)),
      wholes("none", [0, 0]),
      wholes("until", [2, 3]),
      wholes("forth", [1, 1]),
      wholes("back", [-1, -1]),
      wholes("behind", [-9, -9]),
    ],
    node: [...nodes, node("Relu", "last", "y")],
  });
  return made.operators;
}

test("identities leaves out x + 0, x * 1, a shape that is there, and turns that undo each other", async () => {
  const nothing = [
    [node("Add", "zero x", "last")],
    [node("Sub", "x zero", "last")],
    [node("Div", "x one", "last")],
    [node("Reshape", "x shape", "last")],
    [
      node("Transpose", "x", "t", { perm: [1, 0] }),
      node("Transpose", "t", "last", { perm: [1, 0] }),
    ],
    [node("Cast", "x", "last", { to: FLOAT })],
    [node("Cast", "x", "c", { to: DOUBLE }), node("Cast", "c", "last", { to: FLOAT })],
    [node("Concat", "x", "last", { axis: 0 })],
    [node("Dropout", "x half no", "last")],
    [node("Slice", "x none until - forth", "last")],
  ];
  for (const nodes of nothing) {
    const operators = (await left(nodes)).filter((each, place) => each !== nodes[place]?.opType);
    assert.deepEqual(operators.at(-1), "Relu");
    const kept = (await left(nodes)).length;
    assert.ok(kept <= nodes.length, nodes.map(({ opType }) => opType).join());
  }
});

test("identities leaves what changes a value: 0 - x, 1 / x, a larger rank, a cast that rounds, an order, chance", async () => {
  const something = [
    [node("Sub", "zero x", "last")],
    [node("Div", "one x", "last")],
    [node("Mul", "x large", "last")],
    [node("Reshape", "x turned", "last")],
    [node("Transpose", "x", "last", { perm: [1, 0] })],
    [node("Cast", "x", "c", { to: INT64 }), node("Cast", "c", "last", { to: FLOAT })],
    [node("Cast", "x", "c", { to: HALF }), node("Cast", "c", "last", { to: FLOAT })],
    [node("Dropout", "x half yes", "last")],
    [node("Slice", "x back behind - back", "last")],
  ];
  for (const nodes of something) {
    assert.deepEqual(await left(nodes), [...nodes.map(({ opType }) => opType), "Relu"]);
  }
});

test("repeated computes once what is computed twice, of tensors that are equal", async () => {
  const made = await rewrittenBy(["repeated"], {
    ...LINE,
    initializer: [
      floats("a", [3], [1, 2, 3]),
      floats("b", [3], [1, 2, 3]),
      floats("c", [3], [1, 2, 4]),
    ],
    node: [
      node("Add", "x a", "p"),
      node("Add", "x b", "q"),
      node("Add", "x c", "r"),
      node("Sum", "p q r", "y"),
    ],
  });
  assert.deepEqual(made.operators, ["Add", "Add", "Sum"]);
  assert.deepEqual(made.nodes[2]?.input, ["p", "p", "r"]);
  assert.equal(made.graph.initializer.length, 2);
});

test("repeated tells attributes apart, and leaves what is drawn by chance", async () => {
  const made = await rewrittenBy(["repeated"], {
    ...LINE,
    node: [
      node("LeakyRelu", "x", "p", { alpha: 0.25 }),
      node("LeakyRelu", "x", "q", { alpha: 0.5 }),
      node("RandomNormalLike", "x", "r"),
      node("RandomNormalLike", "x", "s"),
      node("Sum", "p q r s", "y"),
    ],
  });
  assert.equal(made.nodes.length, 5);
});

const BRANCHES = {
  input: [value("x", [2, 3]), value("rate", [], INT64)],
  output: [value("y", [2, 3])],
  initializer: [wholes("wanted", [16])],
  node: [
    node("Equal", "rate wanted", "is"),
    node("If", "is", "y", {
      then_branch: graph({
        initializer: [floats("k", [], [2])],
        node: [node("Mul", "x k", "t"), node("Neg", "t", "o")],
        output: [value("o", [2, 3])],
      }),
      else_branch: graph({ node: [node("Exp", "x", "o")], output: [value("o", [2, 3])] }),
    }),
  ],
};

test("branches takes the branch of a condition that an input's one value decides", async () => {
  const names = ["specialised", "shapes", "branches", "unread"];
  const taken = await rewrittenBy(names, BRANCHES, { inputs: { rate: 16 } });
  assert.deepEqual(taken.operators, ["Mul", "Neg"]);
  assert.deepEqual(taken.held(0, 1), [2]);
  assert.deepEqual(taken.nodes[1]?.output, ["y"]);
  const other = await rewrittenBy(names, BRANCHES, { inputs: { rate: 8 } });
  assert.deepEqual(other.operators, ["Exp"]);
  const open = await rewrittenBy(names, BRANCHES);
  assert.deepEqual(open.operators, ["Equal", "If"]);
});
