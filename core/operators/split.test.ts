import assert from "node:assert/strict";
import { test } from "node:test";
import { DEEPSEEK_V3, LLAMA_70B, LLAMA_8B, MIXTRAL } from "./_fake-models.ts";
import { expand, SINGLE_DEVICE, splitProblem } from "./index.ts";

test("splitProblem() is null for the splits that engines run", () => {
  for (const tensor of [1, 2, 4, 8, 16]) {
    assert.equal(splitProblem(LLAMA_70B, { ...SINGLE_DEVICE, tensor }), null);
  }
  assert.equal(splitProblem(DEEPSEEK_V3, { tensor: 1, pipeline: 1, data: 32, expert: 32 }), null);
  assert.equal(splitProblem(MIXTRAL, { ...SINGLE_DEVICE, tensor: 8, expert: 8 }), null);
});

test("splitProblem() names what does not divide, with both numbers", () => {
  const tensor = splitProblem(LLAMA_8B, { ...SINGLE_DEVICE, tensor: 3 });
  assert.equal(tensor?.message, '"tensor" must be a divisor of 32 heads, got 3');
  assert.equal(tensor?.needed, 32);
  assert.equal(tensor?.available, 3);
  const expert = splitProblem(MIXTRAL, { ...SINGLE_DEVICE, tensor: 16, expert: 16 });
  assert.equal(expert?.message, '"expert" must be a divisor of 8 experts, got 16');
});

test("splitProblem() wants a layer for each stage and a device for each slice of experts", () => {
  const stages = splitProblem(LLAMA_8B, { ...SINGLE_DEVICE, pipeline: 33 });
  assert.equal(stages?.message, '"pipeline" must be at most 32 layers, got 33');
  const slices = splitProblem(MIXTRAL, { ...SINGLE_DEVICE, tensor: 4, expert: 8 });
  assert.equal(slices?.message, '"expert" must be a divisor of 4 devices, got 8');
});

test("splitProblem() refuses fractions and zeros", () => {
  assert.equal(splitProblem(LLAMA_8B, { ...SINGLE_DEVICE, data: 0 })?.reason, "split");
  assert.equal(splitProblem(LLAMA_8B, { ...SINGLE_DEVICE, tensor: 1.5 })?.reason, "split");
});

test("expand() gives experts that data-parallel groups share the tokens of all of them, and each its own pairs", () => {
  const step = { segments: [{ sequences: 6, query: 1, prefix: 0 }] };
  const parallel = { ...SINGLE_DEVICE, data: 4, expert: 4 };
  const operators = expand({ model: MIXTRAL, step, parallel });
  const work = operators.find(({ name }) => name === "experts/routed")?.work;
  assert.ok(work?.kind === "grouped-matmul");
  // Two experts of each of 24 tokens, over four devices.
  assert.deepEqual([work.tokens, work.pairs], [24, 12]);
});

test("expand() of a vocabulary that does not divide gives each rank the larger part", () => {
  const [stack] = LLAMA_8B.stacks;
  assert.ok(stack?.head?.kind === "tokens");
  const stacks = [{ ...stack, head: { ...stack.head, vocab: 128_257 } }];
  const step = { segments: [{ sequences: 1, query: 1, prefix: 0 }] };
  const parallel = { ...SINGLE_DEVICE, tensor: 2 };
  const operators = expand({ model: { ...LLAMA_8B, stacks }, step, parallel });
  const logits = operators.find(({ name }) => name === "head/logits")?.work;
  assert.equal(logits?.kind === "matmul" && logits.n, 64_129);
});
