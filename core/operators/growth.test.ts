import assert from "node:assert/strict";
import { test } from "node:test";
import { LLAMA_70B } from "./_fake-models.ts";
import { growth, touchedExperts } from "./index.ts";

const prompt = { segments: [{ sequences: 1, query: 4096, prefix: 0 }] };
const token = { segments: [{ sequences: 1, query: 1, prefix: 4096 }] };

test("growth() of a prompt: twice the width is about four times the FLOPs, twice the depth twice", () => {
  const { doubled } = growth({ model: LLAMA_70B, step: prompt });
  assert(doubled.width.flops > 3.8 && doubled.width.flops < 4);
  assert(doubled.depth.flops > 1.99 && doubled.depth.flops < 2);
  assert(doubled.width.parameters > 3.9 && doubled.width.parameters < 4);
  assert.equal(doubled.sequence.parameters, 1);
});

test("growth() of a prompt: twice the sequence is more than twice the FLOPs, twice the batch exactly", () => {
  const { doubled } = growth({ model: LLAMA_70B, step: prompt });
  assert(doubled.sequence.flops > 2.05 && doubled.sequence.flops < 2.2);
  assert(Math.abs(doubled.batch.flops - 2) < 1e-12);
});

test("growth() of one decoded token: twice the batch is twice the FLOPs for hardly more bytes", () => {
  const { doubled } = growth({ model: LLAMA_70B, step: token });
  assert(Math.abs(doubled.batch.flops - 2) < 1e-12);
  assert(doubled.batch.bytes < 1.02);
});

test("growth() of one decoded token: twice the sequence is twice the context, and still one token", () => {
  const { doubled } = growth({ model: LLAMA_70B, step: token });
  assert(doubled.sequence.flops > 1 && doubled.sequence.flops < 1.5);
});

test("touchedExperts() of one token is its choices, of very many all, and never falls", () => {
  const at = (tokens: number) => touchedExperts({ experts: 256, total: 256, active: 8, tokens });
  assert.equal(at(0), 0);
  assert(Math.abs(at(1) - 8) < 1e-9);
  assert(Math.abs(at(32) - 256 * (1 - (248 / 256) ** 32)) < 1e-9);
  assert(at(10_000) > 255.99);
});
