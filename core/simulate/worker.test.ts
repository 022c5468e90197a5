/** What the steps of a lane cost, worked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepCost } from "../estimate/index.ts";
import { replayFeed } from "./feed.ts";
import type { Stepped } from "./observer.ts";
import { simulateFeed } from "./simulate.ts";
import type { Policy } from "./types.ts";
import { CHUNKED, steady } from "./fixtures/steady.ts";

const free = steady(0);

/** One answer of 33 tokens to a prompt of 100: the first by the prompt's step, 32 by a stride of decodes. */
function served(cost: StepCost, by: Policy = CHUNKED) {
  const steps: Stepped[] = [];
  const metrics = simulateFeed({
    cost,
    policy: by,
    lanes: 1,
    feed: replayFeed([{ time: 0, input: 100, output: 33, cached: 0 }].values()),
    warmup: 0,
    overhead: 0,
    observers: [{ stepped: (step) => void steps.push(step) }],
  });
  return { metrics, steps };
}

test("a stride of decodes takes what its steps take one by one, though each context is a token longer", () => {
  const attention: StepCost["attention"] = ({ sequences, query, prefix }) =>
    query === 1 ? sequences * prefix * 1e-6 : 0;
  const { metrics, steps } = served({ ...free, attention });
  // 100 + 101 + … + 131 is 3696.
  assert.ok(Math.abs(metrics.latency.mean - 3696e-6) < 1e-12, `${metrics.latency.mean}`);
  assert.equal(steps.length, 2);
  assert.equal(
    steps.reduce((sum, { steps: count, decodes, context }) => sum + count * decodes * context, 0),
    3696,
  );
});

test("a step that verifies drafts asks for logits of each, and for one of a prompt", () => {
  const rest: StepCost["rest"] = ({ tokens, sequences }) => sequences * 1e-3 + tokens * 1e-6;
  const drafting = { ...CHUNKED, speculation: { drafted: 3, acceptance: 0 } };
  const { metrics } = served({ ...free, rest }, drafting);
  assert.ok(Math.abs(metrics.ttft.mean - (1e-3 + 100e-6)) < 1e-12, `${metrics.ttft.mean}`);
  assert.ok(Math.abs(metrics.tpot.mean - (4e-3 + 4e-6)) < 1e-12, `${metrics.tpot.mean}`);
});

test("the host is paid for sequences, drafts of one counted once", () => {
  const host: StepCost["host"] = ({ tokens, sequences }) => sequences * 1e-3 + tokens * 1e-6;
  const drafting = { ...CHUNKED, speculation: { drafted: 3, acceptance: 0 } };
  const { metrics } = served({ ...free, host }, drafting);
  assert.ok(Math.abs(metrics.tpot.mean - (1e-3 + 4e-6)) < 1e-12, `${metrics.tpot.mean}`);
});
