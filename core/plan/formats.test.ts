import assert from "node:assert/strict";
import { test } from "node:test";
import { numerics } from "../model/index.ts";
import { device, model } from "../estimate/fixtures/round.ts";
import { usualFormats } from "./formats.ts";

test("usualFormats() of 16 bits are the model's own, FP8, and a wider float where a device has no units for its own", () => {
  const found = (...peaks: readonly object[]) =>
    usualFormats(
      model,
      peaks.map((peak) => ({ ...device, peak })),
    );
  const [fp16, fp8] = ["fp16", "fp8"].map((name) => {
    const made = numerics(name);
    assert.ok(made.ok);
    return made.value;
  });
  assert.deepEqual(found(), [model.numerics, fp8]);
  assert.deepEqual(found({ bf16: 1e15 }), [model.numerics, fp8]);
  assert.deepEqual(found({ fp16: 1e14 }), [model.numerics, fp16, fp8]);
  assert.deepEqual(found({ fp16: 1e14 }, { fp16: 2e14 }), [model.numerics, fp16, fp8]);
});
