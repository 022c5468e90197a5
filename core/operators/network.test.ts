import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { networkMacs, type Network, type NetworkNode, type NodeWork } from "../model/index.ts";
import { uniformNumerics } from "../model/uniform-numerics.ts";
import { expandNetwork } from "./network.ts";
import type { Operator } from "./operator.ts";

function network(...nodes: readonly (readonly [NodeWork, number])[]): Network {
  return {
    kind: "network",
    id: "drawn",
    name: "Drawn",
    source: "this test",
    numerics: uniformNumerics("fp16"),
    inputs: [],
    nodes: nodes.map(([work, parameters], index) => node(`n${index}`, work, parameters)),
  };
}

function node(name: string, work: NodeWork, parameters: number): NetworkNode {
  return { name, count: 1, parameters, work };
}

const CONVOLUTION = {
  kind: "convolution",
  channelsIn: 64,
  channelsOut: 128,
  kernel: [3, 3],
  input: [56, 56],
  output: [28, 28],
  groups: 1,
  transposed: false,
} as const;

const OUTPUT = 128 * 28 * 28;
const EVERY_KIND: readonly (readonly [NodeWork, number])[] = [
  [CONVOLUTION, 64 * 128 * 9],
  [{ ...CONVOLUTION, transposed: true, input: [28, 28], output: [56, 56] }, 64 * 128 * 9],
  [{ kind: "matmul", m: 7, n: 30, k: 20, batch: 1, constant: true }, 600],
  [{ kind: "matmul", m: 7, n: 30, k: 20, batch: 3, constant: false }, 0],
  [{ kind: "attention", queries: 9, keys: 8, heads: 2, headDim: 4, valueDim: 4, windows: 5 }, 0],
  [{ kind: "recurrent", steps: 11, input: 5, hidden: 6, gates: 4, directions: 2 }, 576],
  [{ kind: "gather", rows: 1000, width: 16, lookups: 10, bags: 2 }, 16000],
  [{ kind: "elementwise", read: 300, written: 100, flops: 200 }, 10],
  [{ kind: "host", elements: 50 }, 0],
];

function total(operators: readonly Operator[], key: "flops" | "read" | "written"): number {
  return operators.reduce((sum, operator) => sum + operator.count * operator[key], 0);
}

test("expandNetwork() gives a convolution the matrix shape of implicit GEMM", () => {
  const [operator] = expandNetwork(network([CONVOLUTION, 64 * 128 * 9]), 2);
  assert.ok(operator?.work.kind === "convolution");
  const { m, n, k, groups } = operator.work;
  assert.deepEqual({ m, n, k, groups }, { m: 2 * 784, n: 128, k: 576, groups: 1 });
  assert.equal(operator.flops, 2 * 2 * 784 * 128 * 576);
  assert.equal(operator.read, 2 * (73_728 + 2 * 64 * 3136));
  assert.equal(operator.written, 2 * 2 * OUTPUT);
});

test("expandNetwork() shows a depthwise convolution as many products of one column", () => {
  const work = { ...CONVOLUTION, channelsOut: 64, groups: 64 };
  const [operator] = expandNetwork(network([work, 576]), 1);
  assert.ok(operator?.work.kind === "convolution");
  assert.deepEqual([operator.work.n, operator.work.k, operator.work.groups], [1, 9, 64]);
});

test("expandNetwork() reads only the pixels a strided 1×1 convolution uses", () => {
  const work = { ...CONVOLUTION, kernel: [1, 1] };
  const [operator] = expandNetwork(network([work, 64 * 128]), 1);
  assert.equal(operator?.read, 2 * (64 * 128 + 64 * 784));
});

test("expandNetwork() counts each tap of a transposed convolution on its input pixels", () => {
  const work = { ...CONVOLUTION, transposed: true, input: [28, 28], output: [56, 56] };
  const [operator] = expandNetwork(network([work, 73_728]), 1);
  assert.equal(operator?.flops, 2 * 784 * 64 * 128 * 9);
  assert.equal(operator?.written, 2 * 128 * 3136);
});

test("expandNetwork() runs an LSTM as one product for its inputs and one product a step", () => {
  const work = { kind: "recurrent", steps: 50, input: 240, hidden: 1024, gates: 4, directions: 1 };
  const [input, steps] = expandNetwork(network([work as NodeWork, 4096 * (1264 + 2)]), 3);
  assert.ok(input?.work.kind === "matmul" && steps?.work.kind === "recurrent");
  assert.deepEqual([input.work.m, input.work.n, input.work.k], [150, 4096, 240]);
  assert.deepEqual([steps.work.m, steps.work.n, steps.work.k], [3, 4096, 1024]);
  assert.equal(input.flops + steps.flops, 2 * 150 * 4096 * 1264);
});

test("expandNetwork() reads one row a lookup, whatever the size of the table", () => {
  const work = { kind: "gather", rows: 40_000_000, width: 128, lookups: 26, bags: 26 } as const;
  const [operator] = expandNetwork(network([work, 40_000_000 * 128]), 4);
  assert.equal(operator?.read, 4 * 26 * 256);
  assert.equal(operator?.work.kind === "gather" && operator.work.tableBytes, 40_000_000 * 256);
});

test("expandNetwork() makes a pointwise node the epilogue of the convolution before it", () => {
  const sum = { kind: "elementwise", read: 2 * OUTPUT, written: OUTPUT, flops: OUTPUT } as const;
  const drawn = network([CONVOLUTION, 73_728], [{ ...sum, pointwise: true }, 0]);
  const [fused, ...none] = expandNetwork(drawn, 1);
  const [eager] = expandNetwork(drawn, 1, drawn.numerics, { fused: false });
  assert.deepEqual(none, []);
  assert.equal((fused?.read ?? 0) - (eager?.read ?? 0), 2 * OUTPUT);
  assert.equal(fused?.written, eager?.written);
});

test("expandNetwork() folds a batch norm into the convolution before it, not one behind an activation", () => {
  const point = { kind: "elementwise", read: OUTPUT, written: OUTPUT, flops: OUTPUT } as const;
  const pointwise = { ...point, pointwise: true } as const;
  const folded = network([CONVOLUTION, 73_728], [pointwise, 256], [pointwise, 0]);
  assert.equal(expandNetwork(folded, 1).length, 1);
  const behind = network([CONVOLUTION, 73_728], [pointwise, 0], [pointwise, 256]);
  assert.deepEqual(
    expandNetwork(behind, 1).map(({ work }) => work.kind),
    ["convolution", "elementwise"],
  );
});

test("expandNetwork() with sums apart keeps activations in the convolution, and the sum reads what both wrote", () => {
  const act = { kind: "elementwise", read: OUTPUT, written: OUTPUT, flops: OUTPUT } as const;
  const sum = { ...act, read: 2 * OUTPUT };
  const nodes = [act, sum].map((work) => [{ ...work, pointwise: true }, 0] as const);
  const drawn = network([CONVOLUTION, 73_728], ...nodes);
  const [product, apart, ...none] = expandNetwork(drawn, 1, drawn.numerics, { sums: false });
  assert.deepEqual(none, []);
  assert.equal(product?.flops, 2 * 784 * 64 * 128 * 9 + OUTPUT);
  assert.deepEqual([apart?.work.kind, apart?.read], ["elementwise", 4 * OUTPUT]);
});

test("expandNetwork() fuses no pooling and nothing of another size", () => {
  const pool = { kind: "elementwise", read: OUTPUT, written: OUTPUT / 4, flops: OUTPUT } as const;
  const pooled = network([CONVOLUTION, 0], [pool, 0]);
  const resized = network([CONVOLUTION, 0], [{ ...pool, pointwise: true }, 0]);
  assert.equal(expandNetwork(pooled, 1).length, 2);
  assert.equal(expandNetwork(resized, 1).length, 2);
});

test("expandNetwork() keeps the FLOPs of what it fuses, and never adds traffic", () => {
  const act = { kind: "elementwise", read: OUTPUT, written: OUTPUT, flops: OUTPUT } as const;
  const drawn = network([CONVOLUTION, 73_728], [{ ...act, pointwise: true }, 256]);
  const fused = expandNetwork(drawn, 5);
  const eager = expandNetwork(drawn, 5, drawn.numerics, { fused: false });
  assert.equal(total(fused, "flops"), total(eager, "flops"));
  assert.ok(total(fused, "read") + total(fused, "written") < total(eager, "read"));
});

for (const [work, parameters] of EVERY_KIND) {
  test(`expandNetwork() of a ${work.kind} doubles FLOPs and activations with the batch, not weights`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), (batch) => {
        const drawn = network([work, parameters]);
        const [once, twice, weights] = [batch, 2 * batch, 0].map((size) =>
          expandNetwork(drawn, size),
        );
        assert.ok(once !== undefined && twice !== undefined && weights !== undefined);
        assert.equal(total(twice, "flops"), 2 * total(once, "flops"));
        assert.equal(total(twice, "written"), 2 * total(once, "written"));
        const constant = total(weights, "read");
        const moving = total(once, "read") - constant;
        assert.ok(Math.abs(total(twice, "read") - constant - 2 * moving) < 1e-6 * (1 + moving));
      }),
    );
  });
}

test("expandNetwork() in a format of half the bits moves half the bytes", () => {
  const drawn = network(...EVERY_KIND);
  const wide = expandNetwork(drawn, 8, uniformNumerics("fp16"));
  const narrow = expandNetwork(drawn, 8, uniformNumerics("int8"));
  assert.equal(total(wide, "read"), 2 * total(narrow, "read"));
  assert.equal(total(wide, "written"), 2 * total(narrow, "written"));
});

test("expandNetwork() lists equal nodes once, with a count", () => {
  const [work, parameters] = [CONVOLUTION, 73_728];
  const same = {
    ...network(),
    nodes: [node("same", work, parameters), node("same", work, parameters)],
  };
  assert.deepEqual(
    expandNetwork(same, 1).map((operator) => operator.count),
    [2],
  );
});

const GROUPED = { ...CONVOLUTION, groups: 4 } as const;
const ATTENTION = EVERY_KIND[4] ?? [CONVOLUTION, 0];

for (const [work, parameters] of [...EVERY_KIND.slice(0, 6), [GROUPED, 0] as const]) {
  test(`expandNetwork() of a ${work.kind} has two FLOPs a multiply-accumulate of the network`, () => {
    const drawn = network([work, parameters]);
    assert.equal(total(expandNetwork(drawn, 3), "flops"), 2 * 3 * networkMacs(drawn));
  });
}

test("expandNetwork() gives windows of attention as sequences, and reads each query, key and value once", () => {
  const [operator] = expandNetwork(network(ATTENTION), 3);
  assert.ok(operator?.work.kind === "attention");
  assert.equal(operator.work.sequences, 15);
  assert.equal(operator.read, 2 * 15 * 2 * (9 * 4 + 8 * 8));
  assert.equal(operator.written, 2 * 15 * 2 * 9 * 4);
});

test("expandNetwork() of an LSTM in two directions reads each direction's weights and gates once", () => {
  const work = {
    kind: "recurrent",
    steps: 11,
    input: 5,
    hidden: 6,
    gates: 4,
    directions: 2,
  } as const;
  const [input, steps] = expandNetwork(network([work, 2 * 24 * (5 + 6 + 2)]), 3);
  assert.equal(input?.read, 2 * (2 * 24 * 5 + 3 * 11 * 5));
  assert.equal(input?.written, 2 * (2 * 3 * 11 * 24));
  assert.equal(steps?.count, 2);
  assert.equal(steps?.read, 2 * (24 * (6 + 2) + 3 * 11 * 24));
});

test("expandNetwork() adds rows of a bag once for each but the first", () => {
  const bag = { kind: "gather", rows: 1000, width: 16, lookups: 10, bags: 2 } as const;
  const [operator] = expandNetwork(network([bag, 16_000]), 3);
  assert.equal(operator?.flops, 3 * 8 * 16);
  assert.equal(operator?.written, 2 * 3 * 2 * 16);
});

test("expandNetwork() makes nothing the epilogue of a pool, or of nodes of another count", () => {
  const pool = { kind: "elementwise", read: 400, written: 100, flops: 400 } as const;
  const act = {
    kind: "elementwise",
    read: 100,
    written: 100,
    flops: 100,
    pointwise: true,
  } as const;
  assert.equal(expandNetwork(network([pool, 0], [act, 0]), 1).length, 2);
  const twice = { ...node("act", { ...act, read: OUTPUT, written: OUTPUT }, 0), count: 2 };
  const uneven = { ...network(), nodes: [node("conv", CONVOLUTION, 0), twice] };
  assert.equal(expandNetwork(uneven, 1).length, 2);
});

test("expandNetwork() joins tensors at no cost in an engine, by a copy in a framework", () => {
  const join = { kind: "elementwise", read: 100, written: 100, flops: 0, joins: true } as const;
  const drawn = network([CONVOLUTION, 64 * 128 * 9], [join, 0]);
  assert.equal(expandNetwork(drawn, 2).length, 1);
  assert.equal(expandNetwork(drawn, 2, drawn.numerics, { fused: false }).length, 2);
});

test("expandNetwork() looks up tables in one kernel, and multiplies the rows before they leave it", () => {
  const table = { kind: "gather", rows: 1000, width: 16, lookups: 1 } as const;
  const pairs = { kind: "matmul", m: 2, n: 2, k: 16, batch: 1, constant: false } as const;
  const drawn = network([table, 0], [{ ...table, rows: 5000 }, 0], [pairs, 0]);
  const [lookups, products, ...others] = expandNetwork(drawn, 3);
  assert.equal(others.length, 0);
  assert.ok(lookups?.work.kind === "gather");
  assert.deepEqual([lookups.work.lookups, lookups.work.tableBytes], [6, 6000 * 32]);
  assert.deepEqual([lookups.read, lookups.written], [6 * 32, 0]);
  assert.deepEqual([products?.read, products?.written], [0, 3 * 2 * 2 * 2]);
});

test("expandNetwork() leaves a node the formats that it keeps, whatever the rest is asked for", () => {
  const own = { numerics: uniformNumerics("tf32"), keepsNumerics: true } as const;
  const first = node("conv", CONVOLUTION, 64 * 128 * 9);
  const computed = (changes: Partial<NetworkNode>) =>
    expandNetwork(
      { ...network(), nodes: [{ ...first, ...changes }] },
      1,
      uniformNumerics("bf16"),
    ).map(({ work }) => work.kind === "convolution" && [work.compute, work.activations.bits]);
  assert.deepEqual(computed(own), [["tf32", 32]]);
  assert.deepEqual(computed({ numerics: own.numerics }), [["bf16", 16]]);
});
