import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW } from "./fixtures/row.ts";
import { predict } from "./predict.ts";
import type { Row } from "./row.ts";
import { isTranslated, translatedLengths } from "./translated.ts";
import { shippedWorld } from "./world.ts";

const world = shippedWorld();

const TRANSLATED: Row = {
  ...ROW,
  id: "ftrf-1",
  model: "T5-base",
  phase: "offline_throughput",
  hardware: "NVIDIA V100 SXM2 16GB",
  accelerators: 1,
  precision_weights: "fp32",
  engine: "FasterTransformer",
  batch_or_concurrency: "8",
  metric: "output_tokens_per_s",
  unit: "tokens/s",
  notes: "translation; sampling=4 (top-k / top-p); T5-base on V100-16GB",
};

const beams = (count: number) => `translation; beamsearch=${count} (beam width); T5-base`;

function rate(changed: Partial<Row>): number {
  const answer = predict({ ...TRANSLATED, ...changed }, world);
  assert.ok("interval" in answer, JSON.stringify(answer));
  return answer.interval.p50;
}

test("translatedLengths() of a batch are its longest sentence's, 1.8 times one's of eight", () => {
  const [one, eight] = [translatedLengths(1).output, translatedLengths(8).output];
  assert.ok(Math.abs(eight / one - 1.78) < 0.01, `${eight / one}`);
});

test("predict() of a translation counts words, not pieces, and steps up to the longest sentence", () => {
  const unread = { notes: "static batch", input_tokens: 39, output_tokens: 33 };
  const pieces = rate({ ...unread, batch_or_concurrency: "1" });
  const words = rate({ batch_or_concurrency: "1" });
  assert.ok(Math.abs(words / pieces / (20.2 / 33) - 1) < 1e-6, `${words / pieces}`);
  assert.ok(rate({ batch_or_concurrency: "8" }) < 8 * words);
});

test("predict() of a translation decodes its beams, and reads its sentences once", () => {
  const [alone, four, most] = [rate({}), rate({ notes: beams(4) }), rate({ notes: beams(32) })];
  assert.ok(alone > four && four > most && most > alone / 32, `${alone} ${four} ${most}`);
});

test("isTranslated() is of FasterTransformer's example, not of a framework's loop", () => {
  assert.ok(isTranslated(TRANSLATED));
  assert.ok(!isTranslated({ ...TRANSLATED, engine: "Hugging Face" }));
  assert.ok(!isTranslated({ ...TRANSLATED, notes: "one batch" }));
});
