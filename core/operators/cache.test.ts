import assert from "node:assert/strict";
import { test } from "node:test";
import { DEEPSEEK_V3, GQA, LLAMA_70B, LLAMA_8B, decoder } from "./_fake-models.ts";
import { sequenceBytes, sequenceCache, SINGLE_DEVICE } from "./index.ts";

const perToken = (model: typeof LLAMA_8B, tensor: number, pipeline = 1): number =>
  sequenceBytes(sequenceCache({ model, parallel: { ...SINGLE_DEVICE, tensor, pipeline } }), {
    tokens: 1,
  });

test("sequenceCache() of Llama-3-8B is 128 KiB a token", () => {
  assert.equal(perToken(LLAMA_8B, 1), 131_072);
});

test("sequenceCache() divides key-value heads over tensor ranks, down to one each", () => {
  assert.equal(perToken(LLAMA_70B, 8), perToken(LLAMA_70B, 1) / 8);
  assert.equal(perToken(LLAMA_70B, 16), perToken(LLAMA_70B, 8));
});

test("sequenceCache() divides layers over pipeline stages", () => {
  assert.equal(perToken(LLAMA_70B, 1, 4), perToken(LLAMA_70B, 1) / 4);
});

test("sequenceCache() of DeepSeek-V3 is 576 values a token and layer on every tensor rank", () => {
  assert.equal(perToken(DEEPSEEK_V3, 1), 61 * 576 * 2);
  assert.equal(perToken(DEEPSEEK_V3, 8), 61 * 576 * 2);
});

test("sequenceBytes() stops growing in layers with a window once the window is full", () => {
  const layer = (window: number | null) => ({
    mixers: [{ ...GQA, window }],
    feedForward: null,
    norms: { count: 1, norm: "rms" } as const,
  });
  const layers = [
    { count: 5, layer: layer(1024) },
    { count: 1, layer: layer(null) },
  ];
  const model = decoder({ id: "windows", hidden: 4096, vocab: 1000, layers });
  const cache = sequenceCache({ model, parallel: SINGLE_DEVICE });
  const token = 2 * 8 * 128 * 2;
  assert.equal(sequenceBytes(cache, { tokens: 1024 }), 6 * 1024 * token);
  assert.equal(sequenceBytes(cache, { tokens: 4096 }), (5 * 1024 + 4096) * token);
});

test("sequenceBytes() of a recurrent mixer is the same for every length", () => {
  const mamba = {
    kind: "state-space",
    version: 2,
    inner: 8192,
    state: 128,
    heads: 128,
    groups: 8,
    conv: 4,
    stepRank: 0,
    bias: false,
  } as const;
  const layer = { mixers: [mamba], feedForward: null, norms: { count: 1, norm: "rms" } as const };
  const model = decoder({
    id: "mamba",
    hidden: 4096,
    vocab: 1000,
    layers: [{ count: 2, layer }],
  });
  const cache = sequenceCache({ model, parallel: SINGLE_DEVICE });
  const state = 2 * 2 * (8192 * 128 + (8192 + 2 * 8 * 128) * 3);
  assert.equal(sequenceBytes(cache, { tokens: 1 }), state);
  assert.equal(sequenceBytes(cache, { tokens: 100_000 }), state);
});

test("sequenceBytes() of cross-attention grows with the source", () => {
  const layer = {
    mixers: [GQA, { ...GQA, causal: false, cross: true }],
    feedForward: null,
    norms: { count: 2, norm: "layer" } as const,
  };
  const model = decoder({ id: "cross", hidden: 4096, vocab: 1000, layers: [{ count: 1, layer }] });
  const cache = sequenceCache({ model, parallel: SINGLE_DEVICE });
  assert.equal(sequenceBytes(cache, { tokens: 10, source: 1500 }), 1510 * 2 * 8 * 128 * 2);
});
