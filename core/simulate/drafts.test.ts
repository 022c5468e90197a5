import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeSteps } from "./drafts.ts";
import type { Stepped } from "./observer.ts";
import { simulate, type Simulation } from "./simulate.ts";
import type { Policy, Traffic } from "./types.ts";
import { steady, VLLM } from "./fixtures/steady.ts";

const cost = steady(10e-3);

function drafting(acceptance: number, drafted = 4): Policy {
  return { ...VLLM, speculation: { drafted, acceptance } };
}

const traffic: Traffic = {
  arrivals: { kind: "closed", users: 8, think: 0 },
  input: { kind: "uniform", low: 80, high: 100 },
  output: { kind: "fixed", mean: 401 },
  cached: 0,
  requests: 800,
  warmup: 16,
};

const run: Simulation = { cost, policy: VLLM, lanes: 1, overhead: 0, seed: 1, traffic };

test("decodeSteps() of 4 drafts accepted 8 times in 10 gives 3.3616 tokens a step (Leviathan et al., equation 1)", () => {
  const tokens = 100_000;
  const steps = decodeSteps(drafting(0.8), { time: 1, input: 1, output: 1, cached: 0 }, tokens);
  assert.ok(Math.abs(tokens / steps / 3.3616 - 1) < 0.01, `${tokens / steps}`);
});

test("decodeSteps() is a token a step where none is accepted, and all drafts and one where all are", () => {
  const arrival = { time: 1, input: 1, output: 1, cached: 0 };
  assert.equal(decodeSteps(drafting(0), arrival, 100), 100);
  assert.equal(decodeSteps(drafting(1), arrival, 100), 20);
  assert.equal(decodeSteps(VLLM, arrival, 100), 100);
});

test("simulate() of drafted tokens takes a step's time over the mean tokens of a step, request by request another", () => {
  const { tpot, measured } = simulate({ ...run, policy: drafting(0.8) });
  assert.equal(measured, 784);
  assert.ok(Math.abs(tpot.mean / (10e-3 / 3.3616) - 1) < 0.02, `${tpot.mean}`);
  assert.ok(tpot.p99 > 1.05 * tpot.p50);
});

test("simulate() of drafts counts the tokens to verify in a step's budget", () => {
  let most = 0;
  const observers = [
    {
      stepped: ({ chunks, decodes, computed }: Stepped) => {
        const prompts = chunks.reduce((sum, { query }) => sum + query, 0);
        most = Math.max(most, prompts + decodes * computed);
      },
    },
  ];
  simulate({ ...run, policy: { ...drafting(0.8), stepTokensMax: 96 }, observers });
  assert.ok(most > 90 && most <= 96, `${most}`);
});

for (const reserve of ["prompt", "whole"] as const) {
  test(`simulate() of drafts in a small cache that sets aside the ${reserve} ends, and books no token twice`, () => {
    const tight: Policy = { ...drafting(0.7), reserve, cacheTokens: 1500 };
    const metrics = simulate({ ...run, policy: tight });
    assert.equal(metrics.measured, 784);
    assert.ok(metrics.occupancy > 0.3 && metrics.occupancy <= 1.01, `${metrics.occupancy}`);
    assert.equal(metrics.preemptions > 0, reserve === "prompt");
  });
}
