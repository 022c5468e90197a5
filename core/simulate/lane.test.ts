/** Timetables worked by hand: every step takes 10 ms. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { evacuate } from "./evacuate.ts";
import { replayFeed } from "./feed.ts";
import { job } from "./job.ts";
import { cacheUse, decode, finishChunks, lane, nextChunks, preempt } from "./lane.ts";
import { type PromptPool, run } from "./run.ts";
import type { Arrival, Policy } from "./types.ts";
import { CHUNKED, steady } from "./fixtures/steady.ts";

const cost = steady(10e-3);

function arrival(time: number, input: number, output: number): Arrival {
  return { time, input, output, cached: 0 };
}

/** Times in steps at which each request got its first token and its last. */
function timetable(
  arrivals: readonly Arrival[],
  by: Policy = CHUNKED,
  prompts?: PromptPool,
): readonly (readonly [number, number])[] {
  const ended: (readonly [number, number, number])[] = [];
  run(
    {
      pool: { cost, policy: by, lanes: 1 },
      ...(prompts === undefined ? {} : { prompts }),
      feed: replayFeed(arrivals.values()),
      router: "least-loaded",
      waitingMax: 100,
      eventsMax: 1000,
    },
    {
      ended: ({ id, first }, now) =>
        ended.push([id, Math.round(first / 10e-3), Math.round(now / 10e-3)]),
    },
  );
  return ended.toSorted(([a], [b]) => a - b).map(([, first, last]) => [first, last]);
}

test("run() gives the first token after a step and the others after one each", () => {
  assert.deepEqual(timetable([arrival(0, 100, 50)]), [[1, 50]]);
});

test("run() of an engine that gathers lets newcomers in that many steps after the first of them", () => {
  const gathers: Policy = { ...CHUNKED, gather: 10 };
  const late = [arrival(105e-3, 100, 5), arrival(125e-3, 100, 5)];
  const times = timetable([arrival(0, 100, 50), ...late], gathers);
  assert.deepEqual(times, [
    [1, 50],
    [22, 26],
    [22, 26],
  ]);
});

test("run() of an engine that polls lets newcomers in at every tenth step, however long they wait", () => {
  const polls: Policy = { ...CHUNKED, poll: 10 };
  const late = [arrival(125e-3, 100, 5), arrival(185e-3, 100, 5)];
  const times = timetable([arrival(0, 100, 50), ...late], polls);
  assert.deepEqual(times, [
    [1, 50],
    [22, 26],
    [22, 26],
  ]);
});

test("run() lets a newcomer in at the end of the step in progress, though the lane was in a long stride", () => {
  const late = arrival(105e-3, 100, 5);
  assert.deepEqual(timetable([arrival(0, 100, 50), late]), [
    [1, 50],
    [12, 16],
  ]);
});

test("run() cuts a prompt longer than a step, and fills the rest of the last step with the next", () => {
  assert.deepEqual(timetable([arrival(0, 1500, 1), arrival(1e-3, 500, 1)]), [
    [2, 2],
    [2, 2],
  ]);
});

test("run() of an engine that does not cut prompts computes the first of a step whole, others where they fit", () => {
  const whole: Policy = { ...CHUNKED, chunked: false, reserve: "whole" };
  const waiting = [arrival(1e-3, 1500, 2), arrival(2e-3, 600, 2), arrival(3e-3, 400, 2)];
  const times = timetable([arrival(0, 100, 9), ...waiting], whole);
  // The 600 and the 400 exceed a step of 1000 beside two decodes, or one.
  assert.deepEqual(times, [
    [1, 9],
    [2, 3],
    [3, 4],
    [4, 5],
  ]);
});

test("run() in iterations without a budget of tokens, as Orca: all who wait join, whole, beside decodes", () => {
  const orca: Policy = { ...CHUNKED, chunked: false, reserve: "whole", stepTokensMax: 1e9 };
  const late = [arrival(1e-3, 5000, 3), arrival(2e-3, 6000, 1), arrival(3e-3, 10, 2)];
  assert.deepEqual(timetable([arrival(0, 100, 9), ...late], orca), [
    [1, 9],
    [2, 4],
    [2, 2],
    [2, 3],
  ]);
});

test("run() of pools apart shows the first token once there is a place to decode", () => {
  const apart = { pool: { cost, policy: CHUNKED, lanes: 1 }, transfer: () => 0 };
  const both = [arrival(0, 100, 5), arrival(0, 100, 5)];
  assert.deepEqual(timetable(both, { ...CHUNKED, sequencesMax: 1 }, apart), [
    [1, 5],
    [5, 9],
  ]);
});

test("nextChunks() begins after the whole blocks that are held, and computes at least the last token", () => {
  const chunk = (block: number, shared: number) => {
    const one = lane({ ...CHUNKED, block });
    one.prefixes.keep({ pieces: [{ key: 1, tokens: shared }] }, 1000);
    const pieces = [{ key: 1, tokens: shared }, ...(shared < 100 ? [{ key: 2, tokens: 9 }] : [])];
    one.waiting.push(job(0, { ...arrival(0, 100, 5), pieces }));
    return nextChunks(one, 0).map(({ tokens, job: { found } }) => [tokens, found]);
  };
  assert.deepEqual(chunk(16, 70), [[36, 64]]);
  assert.deepEqual(chunk(1, 70), [[30, 70]]);
  assert.deepEqual(chunk(1, 100), [[1, 99]]);
  assert.deepEqual(chunk(16, 100), [[4, 96]]);
});

test("evacuate() keeps what was given, and asks for all of it to be computed again", () => {
  const failing = lane(CHUNKED);
  const running = job(0, arrival(0, 100, 50));
  const waiting = job(1, arrival(0, 70, 5));
  failing.waiting.push(running);
  finishChunks(failing, nextChunks(failing, 0), 1);
  decode(failing, 9);
  failing.waiting.push(waiting);
  const lost = evacuate(failing);
  assert.deepEqual(lost, [running, waiting]);
  assert.deepEqual([running.left, running.prefix, running.given], [109, 0, 10]);
  assert.deepEqual([waiting.left, waiting.given], [70, 0]);
  assert.deepEqual([failing.decoding, failing.context, failing.promised], [0, 0, 0]);
});

test("cacheUse() is the tokens that are there and half a block a sequence", () => {
  const one = lane({ ...CHUNKED, block: 16 });
  one.waiting.push(job(0, arrival(0, 100, 50)));
  finishChunks(one, nextChunks(one, 0), 1);
  decode(one, 9);
  assert.equal(cacheUse(one), 109 + 8);
});

test("preempt() takes the newest out until a token of each fits; it is to compute all it had again", () => {
  const tight = lane({ ...CHUNKED, cacheTokens: 220 });
  const [older, newer] = [job(0, arrival(0, 100, 50)), job(1, arrival(0, 100, 50))];
  tight.waiting.push(older);
  tight.waiting.push(newer);
  finishChunks(tight, nextChunks(tight, 0), 1);
  decode(tight, 9);
  preempt(tight);
  assert.deepEqual([tight.decoding, tight.preemptions, tight.context], [1, 1, 109]);
  assert.deepEqual([newer.left, newer.prefix, newer.given], [109, 0, 10]);
  assert.equal(tight.waiting.peekFront(), newer);
});
