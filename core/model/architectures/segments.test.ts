import assert from "node:assert/strict";
import { test } from "node:test";
import { networkMacs, networkParameters } from "../network-size.ts";
import type { Network } from "../network.ts";
import { buildNetwork, type NetworkSpec } from "./build.ts";

const LABEL = { id: "x", name: "X", source: "this test" };

function built(spec: NetworkSpec): Network {
  const network = buildNetwork(LABEL, spec);
  assert.ok(network.ok, JSON.stringify(network));
  return network.value;
}

const BASE = {
  family: "recurrent-transformer",
  layers: 16,
  hidden: 512,
  heads: 8,
  inner: 2048,
  clusters: [19_997, 20_000, 160_000, 67_738],
  narrower: 1,
  tokens: 64,
  memory: 640,
};

test("buildNetwork() of Transformer-XL base has the words' table and sixteen layers' matrices", () => {
  const layer = 5 * 512 ** 2 + 2 * 512 * 2048 + 2048 + 512 + 2 * 2 * 512 + 2 * 512;
  assert.equal(networkParameters(built(BASE)), 267_735 * 512 + 16 * layer);
});

test("buildNetwork() of Transformer-XL: the memory is keyed again, and scored by word and by place", () => {
  const layer =
    704 * 512 * 3 * 512 + 512 ** 2 + 64 * 512 ** 2 + 2 * 64 * 512 * 2048 + 3 * 64 * 704 * 512;
  assert.equal(networkMacs(built(BASE)), 16 * layer + 64 * 512 * 20_000);
});

test("buildNetwork() of a diffusion transformer: text is read across, or in the same sequence", () => {
  const figures = { family: "cross-transformer", layers: 2, hidden: 64, heads: 4, inner: 256 };
  const input = { context: 32, contextTokens: 10, modulated: 6, time: 64, channels: 4, patch: 4 };
  const spec = { ...figures, ...input, latent: [5, 6] };
  const outside = 10 * 32 * 64 + 2 * 30 * 16 * 64 + 256 * 64 + 64 ** 2;
  const apart = 6 * 64 ** 2 + (12 * 30 + 2 * 30 + 2 * 10) * 64 ** 2 + 2 * 64 * 30 * (30 + 10);
  assert.equal(networkMacs(built({ ...spec, text: "across" })), outside + 2 * apart);
  const joined = 6 * 64 ** 2 + 12 * 40 * 64 ** 2 + 2 * 64 * 40 * 40;
  assert.equal(networkMacs(built({ ...spec, text: "together" })), outside + 2 * joined);
});

test("buildNetwork() of a diffusion transformer with linear attention sums over places instead of scoring them", () => {
  const figures = { family: "cross-transformer", layers: 2, hidden: 64, heads: 4, inner: 96 };
  const input = { context: 32, contextTokens: 10, time: 64, channels: 4, patch: 4, latent: [5, 6] };
  const spec = { ...figures, ...input, modulated: 0, linear: 16, filtered: true, text: "across" };
  const outside = 10 * 32 * 64 + 2 * 30 * 16 * 64 + 256 * 64 + 64 ** 2 + 6 * 64 ** 2;
  const summed = 4 * 30 * 2 * 17 * 16;
  const texts = (2 * 30 + 2 * 10) * 64 ** 2 + 2 * 64 * 30 * 10;
  const perceptron = 30 * (192 * (64 + 9) + 96 * 64);
  assert.equal(
    networkMacs(built(spec)),
    outside + 2 * (4 * 30 * 64 ** 2 + summed + texts + perceptron),
  );
});

test("buildNetwork() of a sequential recommender counts what its modules declare, by hand", () => {
  const rows = { tables: [10, 2, 4, 5], users: 3, actions: [1, 2] };
  const layers = { hidden: 4, inner: [3, 2], layers: 1, heads: 1, headDim: 4, clock: 1 };
  const sequence = { candidates: 1, tokens: 2 };
  const network = built({ family: "sequential-recommender", ...rows, ...layers, ...sequence });
  const tables = 4 * (10 + 2 + 3 + 4 + 5) + 2 * 2;
  const brought = 2 * (15 + 6 + 16 + 8) + (9 + 6 + 16 + 8) + 20;
  const layer = 8 + (4 * 16 + 16) + 8 + 12 * 4;
  const scored = 5 * 4 + 4 + 8 + (18 + 4 + 12 + 8) + (10 + 4 + 3);
  assert.equal(networkParameters(network), tables + brought + layer + scored);
  const places = 3 * (2 * (12 + 12) + (6 + 12)) + 16;
  const gated = 3 * 4 * 16 + (2 * 1 + 1 * 2) * (4 + 4) + 3 * 12 * 4;
  assert.equal(networkMacs(network), places + gated + 5 * 4 + (8 * 2 + 2 * 4) + (4 * 2 + 2));
});
