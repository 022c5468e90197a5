import assert from "node:assert/strict";
import { test } from "node:test";
import { networkMacs, networkParameters } from "../network-size.ts";
import type { Network } from "../network.ts";
import { buildNetwork } from "./index.ts";

const SMALL = {
  family: "graph-attention",
  features: 8,
  nodes: 1000,
  edges: 6000,
  hidden: 4,
  heads: 2,
  classes: 3,
  seed: "paper",
  fanout: [3, 2],
  relations: [
    ["paper", "paper", 2],
    ["author", "paper", 1e9],
    ["paper", "author", 4],
  ],
};

function drawn(changes: object = {}): Network {
  const spec = { ...SMALL, ...changes };
  const network = buildNetwork({ id: "g", name: "G", source: "this test" }, spec);
  assert.ok(network.ok, JSON.stringify(network));
  return network.value;
}

test("graphAttention() has a projection, two vectors of scores and a bias a relation and layer", () => {
  assert.equal(networkParameters(drawn()), 3 * (8 * 4 + 12) + 3 * (4 * 4 + 12) + 3 * 5);
});

test("graphAttention() samples min(fan-out, degree) in the limits, and m(1 − e^(−f/m)) of spread degrees", () => {
  const heard = (most: number, mean: number) => mean * (1 - Math.exp(-most / mean));
  // Of the first hop: papers 1.55, and three authors of as many as there are; of the second, papers of both and authors of papers.
  const papers = heard(3, 2);
  const authors = heard(3, 1e9);
  assert.ok(Math.abs(authors - 3) < 1e-6);
  const second = papers * heard(2, 2) + authors * heard(2, 4) + papers * heard(2, 1e9);
  const [features] = drawn().inputs;
  assert.deepEqual(features?.shape, [8, Math.round(1 + papers + authors + second)]);
});

test("graphAttention() projects all nodes of both kinds of a relation, those of one kind once, and the last layer's alone", () => {
  const one = drawn({ fanout: [3] });
  const [papers, authors] = [1 + 2 * (1 - Math.exp(-1.5)), 3];
  const projected = [papers, authors + papers, papers + authors].map(Math.round);
  const products = projected.reduce((sum, nodes) => sum + nodes * 8 * 4, 0);
  assert.equal(networkMacs(one), products + 4 * 3);
  const layers = drawn().nodes.filter(({ name }) => name.startsWith("dense 4→4"));
  assert.deepEqual(
    layers.map(({ work }) => work.kind === "matmul" && work.m),
    projected,
  );
});

test("graphAttention() reads each message with its scores and writes the sum to who hears it", () => {
  const one = drawn({ fanout: [3], relations: [["author", "paper", 1e9]] });
  const [work] = one.nodes.flatMap((node) => (node.work.kind === "elementwise" ? [node.work] : []));
  const { read = NaN, written, flops = NaN } = work ?? {};
  assert.ok(Math.abs(read - 3 * (4 + 2)) < 1e-5 && written === 4, `${read}, ${written}`);
  assert.ok(Math.abs(flops - 3 * (2 * 4 + 5 * 2)) < 1e-5, `${flops}`);
});
