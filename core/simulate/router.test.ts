import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lane } from "./lane.ts";
import { route } from "./router.ts";
import type { Arrival } from "./types.ts";

/** Lanes that so many requests wait for. */
function lanes(...waiting: readonly number[]): readonly Lane[] {
  return waiting.map((length) => ({
    decoding: 0,
    prompts: [],
    waiting: Array.from({ length }),
  })) as unknown as readonly Lane[];
}

const ARRIVAL = {} as Arrival;

test("route() in turns goes round the replicas, and within one to the lane of least load", () => {
  const choose = route("round-robin", 2);
  const busy = lanes(3, 1, 0, 5);
  assert.deepEqual(
    [1, 2, 3].map(() => choose(busy, ARRIVAL)),
    [1, 2, 1],
  );
});

test("route() in turns over replicas of one lane does not look at loads", () => {
  const choose = route("round-robin", 1);
  const busy = lanes(9, 0, 0);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => choose(busy, ARRIVAL)),
    [0, 1, 2, 0],
  );
});

test("route() by load takes the first of those that have least", () => {
  assert.equal(route("least-loaded", 2)(lanes(3, 1, 4, 1), ARRIVAL), 1);
});

/** Lanes that so many requests wait for, and that hold so many tokens of any prompt. */
function holding(...held: readonly (readonly [waiting: number, tokens: number])[]) {
  return lanes(...held.map(([waiting]) => waiting)).map((lane, index) => ({
    ...lane,
    prefixes: { held: () => held[index]?.[1] ?? 0, keep: () => {} },
  }));
}

const PROMPT = { input: 1000, pieces: [{ key: 1, tokens: 1000 }] } as unknown as Arrival;

test("route() by prefixes takes the lane that holds most, if that is half of the prompt, else the least loaded", () => {
  const choose = route("prefix-aware", 1);
  assert.equal(choose(holding([0, 0], [5, 600], [3, 900]), PROMPT), 2);
  assert.equal(choose(holding([2, 0], [5, 499], [1, 100]), PROMPT), 2);
  assert.equal(choose(holding([2, 0], [5, 500], [1, 100]), PROMPT), 1);
  assert.equal(choose(holding([2, 0], [5, 900], [1, 100]), ARRIVAL), 2);
});

test("route() by prefixes sends to the least loaded lane once one has over 32 requests more than another", () => {
  const choose = route("prefix-aware", 1);
  assert.equal(choose(holding([40, 900], [8, 0]), PROMPT), 0);
  assert.equal(choose(holding([41, 900], [8, 0]), PROMPT), 1);
});
