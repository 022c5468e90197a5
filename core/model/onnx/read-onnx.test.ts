import assert from "node:assert/strict";
import { test } from "node:test";
import { memorySource } from "../byte-source.ts";
import { networkMacs, networkParameters } from "../network-size.ts";
import type { Network } from "../network.ts";
import { file, graph, node, value, weights, wholes } from "./_fake-models.ts";
import { readOnnx, type OnnxSizes } from "./read-onnx.ts";

async function read(bytes: Uint8Array, sizes: OnnxSizes = {}): Promise<Network> {
  const result = await readOnnx(memorySource(bytes), { source: "test.onnx", sizes });
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

async function refusal(bytes: Uint8Array, sizes: OnnxSizes = {}): Promise<string> {
  const result = await readOnnx(memorySource(bytes), { source: "test.onnx", sizes });
  assert.ok(!result.ok, "read what is to be refused");
  const { path, expected, got } = result.error;
  return `${path.join(".")}: expected ${expected}, got ${got}`;
}

function classifier(): Uint8Array {
  return file({
    input: [value("x", ["batch", 3, "side", "side"])],
    initializer: [
      weights("w", [8, 3, 3, 3]),
      weights("b", [8]),
      weights("head", [8, 10]),
      wholes("shape", [0, -1]),
    ],
    node: [
      node("Conv", "x w b", "c", { strides: [2, 2], pads: [1, 1, 1, 1] }),
      node("Relu", "c", "r"),
      node("GlobalAveragePool", "r", "g"),
      node("Reshape", "g shape", "f"),
      node("MatMul", "f head", "y"),
    ],
    output: [value("y", ["batch", 10])],
  });
}

test("readOnnx() counts a convolution and a product by hand, and fuses what follows in place", async () => {
  const model = await read(classifier(), { side: 32 });
  assert.equal(networkParameters(model), 8 * 3 * 9 + 8 + 80);
  assert.equal(networkMacs(model), 16 * 16 * 8 * 27 + 80);
  assert.deepEqual(
    model.nodes.map(({ name }) => name),
    ["Conv", "Relu", "GlobalAveragePool", "MatMul"],
  );
  const [, relu] = model.nodes;
  assert.deepEqual(relu?.work, {
    kind: "elementwise",
    read: 2048,
    written: 2048,
    flops: 2048,
    pointwise: true,
  });
  assert.deepEqual(model.outputs, [{ name: "y", shape: [1, 10], sizes: ["batch", "10"] }]);
});

test("readOnnx() assumes open sizes, says so, and lets each be given by its name", async () => {
  const assumed = await read(classifier());
  assert.deepEqual(assumed.sizes, { batch: 1, side: 224 });
  assert.match(assumed.assumptions?.join("\n") ?? "", /"side" is 224: --dim side=/u);
  const given = await read(classifier(), { batch: 4, side: 32 });
  assert.deepEqual(given.assumptions, []);
  assert.equal(networkMacs(given), 4 * networkMacs(await read(classifier(), { side: 32 })));
  assert.equal(
    await refusal(classifier(), { width: 2 }),
    'sizes: expected one of batch, side, got "width"',
  );
});

test("readOnnx() carries sizes through shape arithmetic as sums of the graph's own names", async () => {
  const model = await read(
    file({
      input: [value("x", ["batch", "tokens", 64])],
      initializer: [
        wholes("zero", [0]),
        wholes("one", [1]),
        wholes("heads", [4, 16]),
        wholes("two", [2]),
      ],
      node: [
        node("Shape", "x", "s"),
        node("Gather", "s zero", "b"),
        node("Gather", "s one", "t"),
        node("Mul", "t two", "tt"),
        node("Concat", "b tt heads", "wanted", { axis: 0 }),
        node("Concat", "x x", "xx", { axis: 1 }),
        node("Reshape", "xx wanted", "y"),
        node("Transpose", "y", "z", { perm: [0, 2, 1, 3] }),
      ],
      output: [value("z", [])],
    }),
    { tokens: 7 },
  );
  assert.deepEqual(model.outputs?.[0]?.shape, [1, 4, 14, 16]);
  assert.deepEqual(model.outputs?.[0]?.sizes, ["batch", "4", "2*tokens", "16"]);
  assert.deepEqual(
    model.nodes.map(({ name }) => name),
    ["Concat", "Transpose"],
  );
});

test("readOnnx() takes the branch whose condition is known, and keeps the parameters of the other", async () => {
  const branch = (name: string, width: number) =>
    graph({
      initializer: [weights(name, [16, width])],
      node: [node("MatMul", `x ${name}`, `y_${name}`)],
      output: [value(`y_${name}`, [])],
    });
  const bytes = (test: number) =>
    file({
      input: [value("x", [1, 16])],
      initializer: [wholes("given", [test]), wholes("one", [1])],
      node: [
        node("Equal", "given one", "test"),
        node("If", "test", "y", { then_branch: branch("a", 8), else_branch: branch("b", 4) }),
      ],
      output: [value("y", [])],
    });
  const [then, otherwise] = [await read(bytes(1)), await read(bytes(0))];
  assert.deepEqual([networkMacs(then), then.idle], [128, 64]);
  assert.deepEqual([networkMacs(otherwise), otherwise.idle], [64, 128]);
  assert.equal(networkParameters(then), 192);
});

test("readOnnx() counts a loop's body as often as it runs, its weights once", async () => {
  const body = graph({
    input: [value("i", [], 7), value("go", [], 9), value("state", [1, 16])],
    node: [node("MatMul", "state w", "next"), node("Identity", "go", "again")],
    output: [value("again", [], 9), value("next", [1, 16]), value("next", [1, 16])],
  });
  const model = await read(
    file({
      input: [value("x", [1, 16])],
      initializer: [weights("w", [16, 16]), wholes("times", [5])],
      node: [node("Squeeze", "times", "n"), node("Loop", "n - x", "last all", { body })],
      output: [value("last", []), value("all", [])],
    }),
  );
  assert.equal(networkMacs(model), 5 * 256);
  assert.equal(networkParameters(model), 256);
  assert.deepEqual(
    model.outputs?.map(({ shape }) => shape),
    [
      [1, 16],
      [5, 1, 16],
    ],
  );
});

test("readOnnx() expands functions with their attributes bound", async () => {
  const reference = node("Transpose", "a", "t");
  reference.attribute.push({
    ...node("x", "", "", { perm: [0] }).attribute[0]!,
    refAttrName: "order",
    name: "perm",
  });
  const functions = [
    {
      domain: "own",
      name: "Turned",
      input: ["a"],
      output: ["t"],
      attribute: ["order"],
      node: [reference],
    },
  ];
  const model = await read(
    file(
      {
        input: [value("x", [2, 3, 4])],
        node: [node("own:Turned", "x", "y", { order: [2, 0, 1] })],
        output: [value("y", [])],
      },
      { functions },
    ),
  );
  assert.deepEqual(model.outputs?.[0]?.shape, [4, 2, 3]);
});

test("readOnnx() computes a convolution between DequantizeLinear in the narrow type", async () => {
  const model = await read(
    file({
      input: [value("x", [1, 3, 8, 8])],
      initializer: [
        weights("s", [1]),
        weights("z", [1], 2),
        weights("w", [4, 3, 1, 1], 3),
        weights("zw", [1], 3),
      ],
      node: [
        node("QuantizeLinear", "x s z", "q"),
        node("DequantizeLinear", "q s z", "d"),
        node("DequantizeLinear", "w s zw", "dw"),
        node("Conv", "d dw", "c"),
        node("QuantizeLinear", "c s z", "y"),
      ],
      output: [value("y", [])],
    }),
  );
  assert.equal(model.numerics.compute.linear, "int8");
  assert.deepEqual(model.numerics.linear, { name: "int8", bits: 8 });
  assert.equal(networkMacs(model), 64 * 12);
});

test("readOnnx() reads four-bit blocks and grouped queries of ONNX Runtime's own operators", async () => {
  const model = await read(
    file({
      input: [
        value("x", [1, 1, 64], 10),
        value("past_k", [1, 2, 31, 16], 10),
        value("past_v", [1, 2, 31, 16], 10),
        value("seen", [1], 6),
      ],
      initializer: [
        weights("packed", [128, 2, 16], 2),
        weights("scales", [256], 10),
        wholes("total", [32]),
      ],
      node: [
        node("com.microsoft:MatMulNBits", "x packed scales", "qkv", {
          N: 128,
          K: 64,
          bits: 4,
          block_size: 32,
        }),
        node("com.microsoft:GroupQueryAttention", "qkv - - past_k past_v seen total", "y k v", {
          num_heads: 4,
          kv_num_heads: 2,
        }),
      ],
      output: [value("y", [], 10), value("k", [], 10)],
    }),
  );
  assert.equal(networkParameters(model), 128 * 64);
  assert.deepEqual(model.numerics.linear, { name: "int4-g32", bits: 4.5 });
  assert.deepEqual(model.nodes[1]?.work, {
    kind: "attention",
    queries: 1,
    keys: 32,
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    valueDim: 16,
    windows: 1,
  });
  assert.deepEqual(
    model.outputs?.map(({ shape }) => shape),
    [
      [1, 1, 64],
      [1, 2, 32, 16],
    ],
  );
});

test("readOnnx() knows what fused operators of ONNX Runtime write and compute", async () => {
  const model = await read(
    file({
      input: [
        value("x", [2, 6, 64]),
        value("image", [1, 8, 10, 10]),
        value("bytes", [1, 8, 10, 10], 2),
        value("id", [2, 6], 7),
      ],
      initializer: [
        weights("w", [64, 64]),
        weights("gamma", [64]),
        weights("kernel", [16, 8, 3, 3]),
        weights("qkv", [64, 192]),
        weights("bias", [192]),
        weights("packed", [16, 8, 1, 1], 3),
        weights("s", [1]),
        weights("z", [1], 2),
        weights("cache", [32, 16]),
      ],
      node: [
        node("com.microsoft:FusedMatMul", "x w", "q", { transB: 1 }),
        node("com.microsoft:SkipLayerNormalization", "q x gamma gamma", "n - - sum"),
        node("com.microsoft:BiasGelu", "n gamma", "g"),
        node("com.microsoft:MultiHeadAttention", "g n n", "a", { num_heads: 4 }),
        node("com.microsoft:Attention", "a qkv bias", "b", { num_heads: 4 }),
        node("com.microsoft:RotaryEmbedding", "b id cache cache", "r"),
        node("com.microsoft:FusedConv", "image kernel", "c", {
          activation: "Relu",
          strides: [2, 2],
        }),
        node("QLinearConv", "bytes s z packed s z s z", "d"),
        node("com.microsoft:QLinearAveragePool", "d s z s z", "e", { kernel_shape: [2, 2] }),
        node("com.microsoft:MoE", "r x", "m", { k: 2 }),
      ],
      output: ["r", "sum", "c", "e", "m"].map((name) => value(name, [])),
    }),
  );
  const shapes = model.outputs?.map(({ shape }) => shape.join("×"));
  assert.deepEqual(shapes, ["2×6×64", "2×6×64", "1×16×4×4", "1×16×9×9", "2×6×64"]);
  const products = { fused: 12 * 64 * 64, attention: 2 * (2 * 6 * 6 * 128), packed: 12 * 64 * 192 };
  const convolutions = 16 * 16 * 72 + 16 * 100 * 8;
  assert.equal(
    networkMacs(model),
    products.fused + products.attention + products.packed + convolutions,
  );
  assert.deepEqual(
    model.nodes.filter(({ isUnmodelled }) => isUnmodelled).map(({ name }) => name),
    ["com.microsoft.MoE (not modelled)"],
  );
});

test("readOnnx() counts an operator it does not know by its traffic, and marks it", async () => {
  const model = await read(
    file({
      input: [value("x", [4, 4])],
      node: [node("own:Mystery", "x", "y"), node("Relu", "y", "z")],
      valueInfo: [value("y", [4, 8])],
      output: [value("z", [])],
    }),
  );
  const [unknown] = model.nodes;
  assert.equal(unknown?.name, "own.Mystery (not modelled)");
  assert.equal(unknown.isUnmodelled, true);
  assert.ok(unknown.work.kind === "elementwise" && unknown.work.read === 16);
  assert.deepEqual(model.outputs?.[0]?.shape, [4, 8]);
});

test("readOnnx() reads nodes in any order, those of a branch and what a branch reads too", async () => {
  const input = [value("x", [4, 8]), value("c", [])];
  const branch = graph({
    node: [node("Neg", "i", "o"), node("Add", "r r", "i")],
    output: [value("o", [])],
  });
  const choice = { then_branch: branch, else_branch: branch };
  const model = await read(
    file({
      input,
      node: [node("If", "c", "y", choice), node("Relu", "x", "r")],
      output: [value("y", [])],
    }),
  );
  assert.deepEqual(
    model.nodes.map(({ name }) => name),
    ["Relu", "Add", "Neg"],
  );
  assert.deepEqual(model.outputs?.[0]?.shape, [4, 8]);
});

test("readOnnx() refuses a cycle, a name never written and a name written twice", async () => {
  const parts = (nodes: ReturnType<typeof node>[]) =>
    file({ input: [value("x", [1])], node: nodes, output: [value("y", [])] });
  const expected = "expected a value that is given, or that an earlier node writes";
  assert.equal(
    await refusal(parts([node("Add", "x z", "y"), node("Relu", "y", "z")])),
    `graph.node.0.input.1: ${expected}, got "z"`,
  );
  assert.match(await refusal(parts([node("Relu", "nothing", "y")])), /got "nothing"$/u);
  assert.match(
    await refusal(parts([node("Relu", "x", "y"), node("Relu", "x", "y")])),
    /node\.1\.output\.0: expected a name written once/u,
  );
});

test("readOnnx() refuses sizes that are negative, too large, or do not fit together", async () => {
  const matmul = (dims: readonly number[]) =>
    file({
      input: [value("x", [2, 3])],
      initializer: [weights("w", [3, 4])],
      node: [node("MatMul", "x w", "y")],
      output: [value("y", dims)],
    });
  assert.match(
    await refusal(matmul([-1, 4])),
    /shape\.0: expected a size from 0 to 2\^53, or a name, got -1$/u,
  );
  const held = (dims: readonly bigint[]) => {
    const tensor = weights("w", [1]);
    tensor.dims = [...dims];
    return file({
      initializer: [tensor],
      node: [node("Relu", "w", "y")],
      output: [value("y", [])],
    });
  };
  assert.match(await refusal(held([-5n])), /initializer\.0\.w\.dims\.0: expected a size from 0/u);
  assert.match(await refusal(held([2n ** 63n - 1n])), /dims\.0: expected a size/u);
  assert.match(await refusal(held([2n ** 40n])), /expected at most the \d+ bytes of the file/u);
  assert.match(
    await refusal(
      file({
        input: [value("x", [2, 5])],
        initializer: [weights("w", [3, 4])],
        node: [node("MatMul", "x w", "y")],
        output: [value("y", [])],
      }),
    ),
    /graph\.node\.0: expected a second matrix of 5 rows, got 3$/u,
  );
});

test("readOnnx() takes external weights by their header, and none from outside the folder", async () => {
  const external = (location: string, length = "4000000000") => {
    const tensor = weights("w", [1]);
    tensor.dims = [1000n, 1_000_000n];
    tensor.rawData = new Uint8Array(0);
    tensor.dataLocation = 1;
    const entry = (key: string, text: string) => ({
      $typeName: "onnx.StringStringEntryProto" as const,
      key,
      value: text,
    });
    tensor.externalData = [
      entry("location", location),
      entry("offset", "4096"),
      entry("length", length),
    ];
    return file({
      input: [value("x", [1, 1000])],
      initializer: [tensor],
      node: [node("MatMul", "x w", "y")],
      output: [value("y", [])],
    });
  };
  assert.equal(networkParameters(await read(external("weights/model.bin"))), 1e9);
  for (const location of ["../secret", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", ""]) {
    assert.match(
      await refusal(external(location)),
      /location: expected a file inside the model's folder/u,
    );
  }
  assert.match(await refusal(external("w.bin", "12")), /length: expected 4000000000 bytes/u);
});

test("readOnnx() ends on functions that call themselves, and on doubling chains of them", async () => {
  const call = (name: string, times: number) =>
    Array.from({ length: times }, (_, index) => node(`own:${name}`, "a", `b${index}`));
  const own = (name: string, next: string, times: number) => ({
    domain: "own",
    name,
    input: ["a"],
    output: ["b0"],
    node: call(next, times),
  });
  const main = (name: string) => ({
    input: [value("x", [1])],
    node: [node(`own:${name}`, "x", "y")],
    output: [value("y", [])],
  });
  assert.match(
    await refusal(file(main("Again"), { functions: [own("Again", "Again", 1)] })),
    /at most 40 nested functions/u,
  );
  const chain = Array.from({ length: 30 }, (_, index) => own(`f${index}`, `f${index + 1}`, 2));
  assert.match(await refusal(file(main("f0"), { functions: chain })), /at most 300000 nodes/u);
});
