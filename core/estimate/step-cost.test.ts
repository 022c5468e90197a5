import assert from "node:assert/strict";
import { test } from "node:test";
import { SINGLE_DEVICE } from "../operators/index.ts";
import { type Part, PARTS } from "./correction.ts";
import { prepared } from "./fixtures/prepared.ts";
import { hostCost, requestTime } from "./host-cost.ts";
import type { Prepared } from "./prepare.ts";
import { stepCost } from "./step-cost.ts";

function ready(): Prepared {
  return prepared("Llama-3.1-8B");
}

const all = (factor: number) =>
  Object.fromEntries(PARTS.map((part) => [part, factor])) as Record<Part, number>;

const DECODE = { segments: [{ sequences: 8, query: 1, prefix: 1000 }] };
const PROMPT = { segments: [{ sequences: 1, query: 4096, prefix: 0 }] };

test("stepCost() slows decodes by the factors of their parts and leaves prompts to physics", () => {
  const { model, placement, target } = ready();
  const host = { request: 0, step: 0, sequence: 0 };
  const plain = stepCost({ model, placement, target, host, factors: all(1) });
  const slow = stepCost({ model, placement, target, host, factors: all(2) });
  assert.ok(Math.abs(slow.time(DECODE) / plain.time(DECODE) - 2) < 1e-9);
  assert.ok(Math.abs(slow.time(PROMPT) / plain.time(PROMPT) - 1) < 1e-3);
});

test("stepCost() has a host at each stage, which goes through the sequences of all lanes; one driver serves lanes in turn", () => {
  const { model, placement, target } = ready();
  const host = { request: 0, step: 1e-3, sequence: 1e-5 };
  const staged = { ...placement, parallel: { ...SINGLE_DEVICE, pipeline: 4 } };
  const cost = stepCost({ model, placement: staged, target, host, factors: all(1) });
  assert.ok(Math.abs(cost.host({ tokens: 8, sequences: 8 }) - 4 * (1e-3 + 32e-5)) < 1e-12);
  const driver = stepCost({
    model,
    placement: staged,
    target,
    host: { ...host, rank: 1e-4 },
    factors: all(1),
  });
  assert.ok(Math.abs(driver.host({ tokens: 8, sequences: 8 }) - (1e-3 + 8e-5)) < 1e-12);
});

test("requestTime() adds a constant, a time a kernel and a time a prompt token", () => {
  const cost = { request: 0.002, kernel: 30e-6, promptToken: 11e-6, step: 0, sequence: 0 };
  assert.ok(Math.abs(requestTime(cost, 400, 1000) - (0.002 + 0.012 + 0.011)) < 1e-12);
  assert.equal(requestTime(hostCost("no such engine"), 400, 1000), hostCost("").request);
});

test("prepare() counts the kernels of a step: ten a layer of a dense model, and four more", () => {
  assert.equal(ready().kernels, 32 * 10 + 4);
});
