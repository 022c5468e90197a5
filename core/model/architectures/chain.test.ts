import assert from "node:assert/strict";
import { test } from "node:test";
import type { NetworkNode } from "../network.ts";
import { networkMacs, networkParameters } from "../network-size.ts";
import { buildNetwork } from "./build.ts";

const LABEL = { id: "x", name: "X", source: "this test" };

function drawn(...layers: readonly object[]) {
  const spec = { family: "chain", norm: false, image: 8, channels: 4, classes: 0, layers };
  const built = buildNetwork(LABEL, spec);
  assert.ok(built.ok, JSON.stringify(built));
  const { nodes } = built.value;
  return {
    nodes,
    names: nodes.map(({ name }) => name),
    macs: networkMacs(built.value),
    parameters: networkParameters(built.value),
  };
}

function traffic(nodes: readonly NetworkNode[], name: string) {
  const work = nodes.find((node) => node.name.startsWith(name))?.work;
  assert.ok(work?.kind === "elementwise", name);
  return { read: work.read, written: work.written };
}

const narrow = { conv: 4, kernel: 1, act: false, bias: false };

test("buildNetwork() of a chain adds a residual to what its past layers make of the input", () => {
  const { macs, nodes } = drawn({
    residual: [{ conv: 6, stride: 2, act: false }],
    past: [{ pool: 2 }, { conv: 6, kernel: 1, act: false }],
  });
  assert.equal(macs, 16 * (4 * 6 * 9 + 4 * 6));
  assert.deepEqual(traffic(nodes, "sum"), { read: 2 * 6 * 16, written: 6 * 16 });
});

test("buildNetwork() of a chain multiplies by a gate: one factor a channel, or a tensor", () => {
  const { nodes, parameters } = drawn({
    gate: [{ globalPool: true }, { dense: 2 }, { dense: 4, act: false }],
  });
  assert.equal(parameters, 4 * 2 + 2 + 2 * 4 + 4);
  assert.deepEqual(traffic(nodes, "scale"), { read: 4 * 64 + 4, written: 4 * 64 });
  assert.equal(nodes.filter(({ name }) => name.startsWith("activation")).length, 1);
  assert.equal(traffic(drawn({ gate: [] }).nodes, "scale").read, 2 * 4 * 64);
});

test("buildNetwork() of a chain takes channels where they lie, adds parts of them and joins them again", () => {
  const { names, macs } = drawn({ take: 2 }, { conv: 6, kernel: 1, act: false }, { sum: 3 });
  assert.deepEqual(names, ["conv 1×1 2→6, 8×8", "sum 2, 8×8"]);
  assert.equal(macs, 64 * 2 * 6);
  const joined = drawn({ conv: 6, act: false }, { join: 10 }, narrow);
  assert.deepEqual(traffic(joined.nodes, "concat"), { read: 640, written: 640 });
  assert.equal(joined.macs, 64 * (4 * 6 * 9 + 10 * 4));
  assert.equal(traffic(drawn({ conv: 6, act: false }, { sum: 3 }).nodes, "sum").read, 3 * 2 * 64);
});

test("buildNetwork() of a chain spreads channels over places, and gathers places into channels by a fraction", () => {
  const { nodes, macs } = drawn({ spread: 0.5 }, { conv: 3, kernel: 1 });
  assert.deepEqual(traffic(nodes, "spread"), { read: 4 * 64, written: 16 * 16 });
  assert.equal(macs, 16 * 3 * 16);
});

test("buildNetwork() of a chain strides each axis by its own step", () => {
  const conv = { conv: 2, kernel: 1, stride: [1, 2], act: false };
  const { names } = drawn(conv, { pool: 2, stride: [4, 1] });
  assert.deepEqual(names, ["conv 1×1 4→2, 8×4", "pool 2×2, 2×4"]);
});

test("buildNetwork() of a chain draws layers beside it over the same input, and passes that on", () => {
  const { names, macs } = drawn({ beside: [{ ...narrow, stride: 2 }] }, narrow);
  assert.deepEqual(names, ["conv 1×1 4→4, 4×4", "conv 1×1 4→4, 8×8"]);
  assert.equal(macs, (16 + 64) * 16);
});

test("buildNetwork() of a chain draws a stream beside it, of channels and places of its own", () => {
  const stream = { beside: [{ conv: 3, kernel: 1, act: false }], channels: 2, size: [5] };
  const { names } = drawn(stream, narrow);
  assert.deepEqual(names, ["conv 1 2→3, 5", "conv 1×1 4→4, 8×8"]);
});

const attention = (figures: object) =>
  drawn({ attention: { heads: 2, headDim: 3, ...figures } }, narrow);
/** 64 places of 4 channels: a product to or from 2 heads of 3 at each, and one back. */
const dense = (places: number, products = 1) => products * places * 4 * 6;
const after = 64 * 4 * 4;

test("buildNetwork() of a chain attends to each n-th place, made there or pooled to it", () => {
  const scores = 2 * 64 * 16 * 6;
  const made = dense(64, 2) + dense(16, 2);
  assert.equal(attention({ keyStride: 2 }).macs, made + scores + after);
  const pooled = attention({ keyStride: 2, pooled: true });
  assert.equal(pooled.macs, dense(64, 4) + scores + after);
  assert.equal(pooled.parameters, attention({}).parameters);
});

test("buildNetwork() of a chain lets tokens beside the picture ask, and passes the picture on", () => {
  const { macs, names } = attention({ asks: 2 });
  assert.equal(macs, dense(64, 2) + dense(2, 2) + 2 * 2 * 64 * 6 + after);
  assert.equal(names.at(-1), "conv 1×1 4→4, 8×8");
});

test("buildNetwork() of a chain pads the windows at its edges: of 8 by 8 places nine of 3 by 3", () => {
  const [scores] = attention({ window: 9 }).nodes.flatMap(({ work }) =>
    work.kind === "attention" ? [work] : [],
  );
  assert.deepEqual([scores?.windows, scores?.queries, scores?.keys], [9, 9, 9]);
});

test("buildNetwork() of a chain sees places around a window, which are unfolded, and texts of their own channels", () => {
  const { nodes, macs } = attention({ window: 16, halo: 1 });
  assert.equal(macs, dense(64, 4) + 2 * 64 * 36 * 6 + after);
  assert.deepEqual(traffic(nodes, "unfold"), { read: 4 * 36 * 12, written: 4 * 36 * 12 });
  const text = attention({ text: [5, 7] }).macs;
  assert.equal(text, dense(64, 2) + 5 * 7 * 12 + 2 * 64 * 5 * 6 + after);
});

test("buildNetwork() of a chain makes no queries that come from elsewhere", () => {
  assert.equal(attention({ given: true }).macs, attention({}).macs - dense(64));
});

test("buildNetwork() of a chain attends between channels: heads times the square of their width at each place", () => {
  assert.equal(attention({ channels: true }).macs, dense(64, 4) + 2 * 64 * 2 * 3 * 3 + after);
});

test("buildNetwork() of a chain repeats several layers, and lets the host choose among boxes", () => {
  const { names, nodes } = drawn({ layers: [narrow, { activate: true }], repeat: 2 }, { boxes: 5 });
  const block = ["conv 1×1 4→4, 8×8", "activation 4, 8×8"];
  assert.deepEqual(names, [...block, ...block, "choice of boxes"]);
  assert.deepEqual(nodes.at(-1)?.work, { kind: "host", elements: 5 * 64 });
});
