import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { weightBytes } from "../operators/index.ts";
import { device, engine, load, model, placement, system } from "./fixtures/round.ts";
import {
  drafts,
  type Estimate,
  estimate,
  gridded,
  memory,
  prepare,
  SHIPPED,
  type Speculation,
  tokensPerStep,
  UNCORRECTED,
} from "./index.ts";

const PHYSICS = { ...SHIPPED, corrections: UNCORRECTED };
const alone = { ...load, concurrency: 1 };

function placed(speculation?: Speculation) {
  const drafting = speculation === undefined ? {} : { speculation };
  return { model, system, placement: { ...placement, engine: { ...engine, ...drafting } } };
}

function answered(speculation?: Speculation): Estimate {
  const answer = estimate({ ...placed(speculation), load: alone }, PHYSICS);
  assert.ok(answer.kind === "estimate", JSON.stringify(answer));
  return answer;
}

function near(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual / expected - 1) <= relative, `${actual} ≠ ${expected}`);
}

test("tokensPerStep() of 4 drafts accepted 8 times in 10 is 3.3616 (Leviathan et al., equation 1)", () => {
  near(tokensPerStep(0.8, 4), 3.3616, 1e-12);
  assert.equal(tokensPerStep(0.5, 1), 1.5);
});

test("tokensPerStep() is one where no draft is accepted, and all drafts and one where all are", () => {
  assert.equal(tokensPerStep(0, 7), 1);
  assert.equal(tokensPerStep(1, 7), 8);
  near(tokensPerStep(1 - 1e-9, 7), 8, 1e-6);
});

test("tokensPerStep() is the mean of accepted runs: a sum of a^i over the drafts", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(20), (a, k) => {
      const sum = Array.from({ length: k + 1 }, (_, i) => a ** i).reduce((x, y) => x + y);
      near(tokensPerStep(a, k), sum, 1e-9);
    }),
  );
});

test("estimate() of look-ups never accepted pays for verifying; of those always accepted gives k + 1 tokens a step", () => {
  const plain = answered();
  const never = answered(drafts("ngram", { drafted: 3, acceptance: 0 }));
  const always = answered(drafts("ngram", { drafted: 3, acceptance: 1 }));
  assert.ok(never.tpot.p50 > plain.tpot.p50);
  near(always.tpot.p50 * 4, never.tpot.p50, 0.02);
  const tokens = load.output.mean - 1;
  near(plain.latency.p50 - plain.ttft.p50, tokens * plain.tpot.p50, 1e-9);
  near(always.latency.p50 - always.ttft.p50, tokens * always.tpot.p50, 1e-9);
});

test("estimate() of a layer that drafts costs more a step than a look-up, and its weights and cache take memory", () => {
  const said = { drafted: 3, acceptance: 0.7 };
  const looked = answered(drafts("ngram", said));
  const layer = answered(drafts("eagle", said));
  assert.ok(layer.tpot.p50 > looked.tpot.p50);
  assert.ok(layer.memory.weights > looked.memory.weights);
  assert.ok(layer.memory.bytesPerToken > looked.memory.bytesPerToken);
  assert.equal(looked.memory.weights, answered().memory.weights);
  assert.equal(looked.memory.bytesPerToken, answered().memory.bytesPerToken);
});

test("memory() of a draft model holds all of its weights, of an own layer that layer's alone", () => {
  const [stack] = model.stacks;
  assert.ok(stack !== undefined);
  const weights = (speculation?: Speculation) => {
    const held = memory(placed(speculation));
    assert.ok(!("kind" in held));
    return held.weights;
  };
  const layers = stack.layers.reduce((sum, { count }) => sum + count, 0);
  const draft = weights(drafts("draft-model", { model })) - weights();
  near(draft, weights(), 1e-9);
  const own = weights(drafts("mtp")) - weights();
  const bare = { ...model, stacks: [{ ...stack, layers: [] }] };
  const { parallel, numerics } = placement;
  const ends = weightBytes({ model: bare, parallel, numerics });
  near(own, (weights() - ends) / layers, 1e-9);
});

test("estimate() is as unsure of a pace as the acceptance is: wider where it is not given", () => {
  const width = ({ tpot }: Estimate) => tpot.p90 / tpot.p10;
  const usual = drafts("ngram");
  const given = drafts("ngram", { acceptance: usual.acceptance.likely });
  near(answered(usual).tpot.p50, answered(given).tpot.p50, 1e-12);
  assert.ok(width(answered(usual)) > 1.2 * width(answered(given)));
  near(width(answered(given)), width(answered()), 0.1);
});

test("gridded() prices verified tokens and their drafts as the exact step cost does, within 15 %", () => {
  const prepared = prepare({ ...placed(drafts("eagle")), system: { ...system, device } });
  assert.ok(!("reason" in prepared));
  const grid = gridded(prepared.cost);
  for (const sequences of [1, 16, 64]) {
    const decode = { sequences, query: 4, prefix: 1024, drafted: 3 };
    const step = { segments: [decode, { sequences: 1, query: 256, prefix: 0 }] };
    near(grid.time(step), prepared.cost.time(step), 0.15);
  }
});
