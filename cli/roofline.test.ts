import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";

test("tenlane estimate draws a roofline: the ridge of an H100 is 989 TFLOP/s over 3.35 TB/s", async () => {
  const args = ["estimate", "cli/fixtures/qwen3-32b.json", "--device", "h100-sxm", "--tp", "2"];
  for (const columns of [60, 100]) {
    const { out, status } = await ran(args, { columns });
    assert.equal(status, 0);
    assert.match(out, /Ridge at 295 FLOPs a byte: 989 TFLOP\/s over 3\.35 TB\/s/u);
    assert.match(out, /A mlp +prefill/u);
    assert.match(out, /a mlp +decode/u);
    const plot = out.slice(out.indexOf("Roofline"), out.indexOf("Ridge")).split("\n").slice(2);
    assert.ok(plot.every((line) => line.length <= columns));
  }
});
