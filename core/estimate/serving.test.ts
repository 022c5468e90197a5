import assert from "node:assert/strict";
import { test } from "node:test";
import { load, placement } from "./fixtures/round.ts";
import type { LaneCosts } from "./lane.ts";
import type { ServingArgs } from "./serving-types.ts";
import { serving } from "./serving.ts";
import type { Engine } from "./types.ts";

/** Steps of 10 ms, and of 100 ms where a prompt is in them, whatever their size. */
function costs(engine: Engine): LaneCosts {
  const time: LaneCosts["cost"]["time"] = ({ segments }) =>
    segments.some(({ query }) => query > 1) ? 0.1 : 0.01;
  const cost = { time, rest: () => 0, attention: () => 0, host: () => 0, operators: () => [] };
  const lengths = { fresh: 100, cached: 0, output: 11, variation: 0, context: 105 };
  return { cost, engine, shape: { ...lengths, reading: 0 }, groups: 1 };
}

function served(asked: Pick<ServingArgs, "slots"> & { readonly engine: Engine; rate: number }) {
  const answers = { input: { mean: 100, variation: 0 }, output: { mean: 11, variation: 0 } };
  const stream = { ...load, ...answers, rate: asked.rate };
  const answer = serving({
    costs: costs(asked.engine),
    load: stream,
    lanes: 1,
    slots: asked.slots,
  });
  assert.ok(!("reason" in answer));
  return answer;
}

test("serving() of an open stream waits for a slot as Sakasegawa's approximation of M/G/c says", () => {
  const { engine } = placement;
  const [few, many] = [4, 400].map((slots) => served({ engine, rate: 6, slots }));
  assert.ok(few !== undefined && many !== undefined);
  const busy = few.batch / 4;
  assert.ok(busy > 0.2 && busy < 1, `${busy}`);
  const waiting = busy ** Math.sqrt(2 * (4 + 1)) / (1 - busy) / 6;
  assert.ok(Math.abs(few.first - many.first - waiting) < 1e-9);
});

test("serving() counts a prompt in the groups that are padded to it: eight of rare ones, itself without padding", () => {
  const grouped = (engine: Engine) => ({ ...costs(engine), groups: 8 });
  const rare = { ...load, concurrency: 1, rate: 1e-4 };
  const chunksOf = (engine: Engine) => {
    const answer = serving({ costs: grouped(engine), load: rare, lanes: 8, slots: 4 });
    assert.ok(!("reason" in answer));
    return answer.packing.chunks;
  };
  const { engine } = placement;
  assert.equal(chunksOf(engine), 1);
  assert.ok(Math.abs(chunksOf({ ...engine, groupsPadded: true }) - 8) < 0.01);
});

test("serving() in static batches waits for the batch before, and for its own to fill", () => {
  const engine: Engine = { ...placement.engine, scheduler: "static" };
  const { first, latency, tokenTime } = served({ engine, rate: 1, slots: 4 });
  const run = 0.1 + 10 * 0.01;
  const waiting = run / 2 + 4 / 1 / 2;
  assert.deepEqual([first, latency, tokenTime], [waiting + 0.1, waiting + run, 0.01]);
});

test("serving() refuses a stream that is faster than its slots, with the rate they reach", () => {
  const stream = { ...load, concurrency: 1, rate: 1000 };
  const asked = { costs: costs(placement.engine), load: stream, lanes: 1, slots: 4 };
  const answer = serving(asked);
  assert.ok("reason" in answer && answer.reason === "rate");
  assert.equal(answer.needed, 1000);
  assert.ok((answer.available ?? 0) > 0 && (answer.available ?? Infinity) < 1000);
});
