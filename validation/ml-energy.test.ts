/** Conditions of ML.ENERGY's runs that its rows do not print. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cachedShare, promptOfTask, readingTime } from "./ml-energy.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import type { Row } from "./row.ts";

const ROW: Row = {
  ...BARE,
  id: "mle3-1",
};
const VIDEO = {
  ...ROW,
  model: "Qwen/Qwen3-VL-8B-Instruct",
  notes: "task video-chat; max_num_seqs 8",
};

test("promptOfTask() counts the frames that a model keeps, and nothing of other sources", () => {
  assert.equal(promptOfTask(VIDEO), 1000);
  assert.equal(promptOfTask({ ...VIDEO, model: "Qwen/Qwen3-Omni-30B-A3B-Instruct" }), 4000);
  assert.equal(promptOfTask(ROW), null);
});

test("cachedShare() is none while all requests differ, a third of half as many again, all of as many as differ", () => {
  const share = (batch: string) => cachedShare({ ...VIDEO, batch_or_concurrency: batch });
  assert.equal(share("256"), 0);
  assert.equal(share("384"), 1 - 128 / 384);
  assert.equal(share("512"), 1);
  assert.equal(cachedShare({ ...ROW, batch_or_concurrency: "4096" }), 0);
  const chat = { ...ROW, notes: "task lm-arena-chat; max_num_seqs 2048" };
  assert.equal(cachedShare({ ...chat, batch_or_concurrency: "768" }), 1 - 256 / 768);
});

test("readingTime() of four frames is 80 ms, of cached ones 20 ms, of text none", () => {
  assert.equal(readingTime({ ...VIDEO, batch_or_concurrency: "8" }), 0.08);
  assert.equal(readingTime({ ...VIDEO, batch_or_concurrency: "512" }), 0.02);
  assert.equal(readingTime(ROW), 0);
});
