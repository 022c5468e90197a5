import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../../core/index.ts";
import { file, node, value, weights } from "../../core/model/onnx/_fake-models.ts";
import type { Runner } from "../../core/optimise/index.ts";
import { predictedRunner } from "./predicted-runner.ts";

/** A convolution over pictures of a side that may be left open. */
function convolution(side: number | string): Uint8Array {
  return file({
    input: [value("x", [1, 64, side, side])],
    initializer: [weights("w", [64, 64, 3, 3])],
    node: [node("Conv", "x w", "y", { pads: [1, 1, 1, 1] })],
    output: [value("y", [1, 64, side, side])],
  });
}

const SESSION = { threads: 1, provider: "cpu", optimises: true };

test("predictedRunner() takes sizes given for the model that a candidate has fixed", async () => {
  const runner = predictedRunner({
    device: "h100-sxm",
    catalogue,
    sizes: { side: 512 },
    local: {} as Runner,
  });
  const subject = (side: number | string) => ({
    model: convolution(side),
    session: SESSION,
    feeds: [],
  });
  const same = await runner.compare(subject("side"), subject(512), 1);
  assert.ok(same.kind === "done", JSON.stringify(same));
  assert.equal(same.value.ratio.middle, 1);
  const small = await runner.compare(subject("side"), subject(64), 1);
  assert.ok(small.kind === "done" && small.value.ratio.middle > 1);
});
