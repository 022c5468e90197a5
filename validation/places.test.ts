import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded } from "./fixtures/decoded.ts";
import { placesOf } from "./places.ts";

const FIELDS = {
  id: "aice-1",
  date: "2026-03-23",
  model: "deepseek-ai/DeepSeek-V3",
  task: "inference",
  phase: "online_serving",
  hardware: "NVIDIA GB200 186GB",
  accelerators: "36",
  precision_weights: "nvfp4",
  engine: "TensorRT-LLM",
  batch_or_concurrency: "192",
  input_tokens: "1024",
  output_tokens: "1024",
  metric: "ttft_ms",
  value: "100",
  unit: "ms",
  notes: "disaggregated: prefill 1 x (tp1 pp1 dp4 ep4), decode 4 x (tp8 pp1 dp1 ep8)",
};

const row = (changed: Partial<typeof FIELDS> = {}) => decoded({ ...FIELDS, ...changed });

test("placesOf() reads ctx1_gen4_tep8_batch32 for 192 users of four workers", () => {
  assert.equal(placesOf(row(), 192), 32);
});

test("placesOf() reads a recipe of GB300 and one of B300", () => {
  const gb300 = {
    hardware: "NVIDIA GB300 288GB",
    batch_or_concurrency: "245",
    output_tokens: "8192",
  };
  const notes = "disaggregated: prefill 1 x (tp1 pp1 dp2 ep2), decode 7 x (tp8 pp1 dp1 ep8)";
  assert.equal(placesOf(row({ ...gb300, notes }), 245), 32);
  const b300 = { hardware: "NVIDIA B300 288GB", input_tokens: "8192", precision_weights: "fp8" };
  const pools = "disaggregated: prefill 5 x (tp1 pp1 dp4 ep1), decode 1 x (tp1 pp1 dp8 ep1)";
  assert.equal(placesOf(row({ ...b300, notes: pools }), 1075), 128);
  assert.equal(placesOf(row({ notes: pools, hardware: "NVIDIA B200 180GB" }), 1075), null);
});

test("placesOf() knows nothing of other users, pools, lengths, engines and sources", () => {
  assert.equal(placesOf(row(), 96), null);
  assert.equal(placesOf(row({ notes: FIELDS.notes.replace("decode 4", "decode 5") }), 192), null);
  assert.equal(placesOf(row({ output_tokens: "8192" }), 192), null);
  assert.equal(placesOf(row({ engine: "SGLang" }), 192), null);
  assert.equal(placesOf(row({ date: "" }), 192), null);
  assert.equal(placesOf(row({ notes: "aggregated" }), 192), null);
});
