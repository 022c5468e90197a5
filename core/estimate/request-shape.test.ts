import assert from "node:assert/strict";
import { test } from "node:test";
import { engine, load, model, placement } from "./fixtures/round.ts";
import { requestShape } from "./request-shape.ts";
import { slots } from "./slots.ts";

test("requestShape() of 1,000 tokens, 0.4 cached: 600 to compute, context at the middle of the answer", () => {
  const shape = requestShape({ ...load, cached: 0.4, output: { mean: 200, variation: 0 } });
  const wanted = { fresh: 600, cached: 400, output: 200, variation: 0, context: 1100, reading: 0 };
  assert.deepEqual(shape, wanted);
});

test("requestShape() weighs contexts by the steps that see them: long answers count more", () => {
  assert.equal(requestShape({ ...load, output: { mean: 200, variation: 0.5 } }).context, 1125);
});

test("requestShape() computes at least the last token of a prompt that is all cached", () => {
  const { fresh, cached } = requestShape({ ...load, cached: 1 });
  assert.deepEqual({ fresh, cached }, { fresh: 1, cached: 999 });
});

/** Each token of the small model keeps 2 × 8 × 128 × 2 × 32 bytes. */
const TOKEN = 131072;
const memory = {
  capacity: 0,
  weights: 0,
  activations: 0,
  communication: 0,
  runtime: 0,
  cache: 100 * 1108 * TOKEN,
  bytesPerToken: TOKEN,
  bytesPerSequence: 0,
  tokensMax: 0,
};

test("slots() of a paged engine holds half the answer and half a block: 1,000 + 100 + 8 tokens", () => {
  assert.equal(slots({ model, memory, placement, load }), 100);
});

test("slots() of in-flight batching sets the whole answer aside", () => {
  const inFlight = { ...placement, engine: { ...engine, scheduler: "in-flight" as const } };
  assert.equal(slots({ model, memory, placement: inFlight, load }), (100 * 1108) / 1208);
});

test("slots() of one lane are shared out: two stages hold half the layers each, for two lanes", () => {
  const staged = { ...placement, parallel: { ...placement.parallel, pipeline: 2 } };
  assert.equal(slots({ model, memory, placement: staged, load }), 100);
});

test("slots() never exceed the engine's sequences", () => {
  const few = { ...placement, engine: { ...engine, sequencesMax: 7 } };
  assert.equal(slots({ model, memory, placement: few, load }), 7);
});
