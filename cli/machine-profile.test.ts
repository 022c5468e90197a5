/** A profile of a machine in estimate: the time is its prices', not the laws'. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { file, node, value } from "../core/model/onnx/_fake-models.ts";
import { ran } from "./_fake-shell.ts";

const MACHINE = {
  about: "a machine of the test",
  threads: 1,
  prices: { pass: [1e-3, 1e-9], other: [0, 0] },
  shared: { run: 1e-3, resultByte: 0, cold: 0, coldByte: 0, farByte: 0 },
  spread: 0.1,
  runs: 30,
};

function folderOf(t: { after: (end: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-machine-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const model = file({
    input: [value("x", [1000])],
    output: [value("y", [1000])],
    node: [node("Relu", "x", "a"), node("Neg", "a", "y")],
  });
  writeFileSync(join(folder, "model.onnx"), model);
  writeFileSync(join(folder, "mine.json"), JSON.stringify(MACHINE));
  return folder;
}

test("tenlane estimate of an ONNX file with a machine's profile takes its prices", async (t) => {
  const folder = folderOf(t);
  const model = join(folder, "model.onnx");
  const profile = join(folder, "mine.json");
  const asked = ["estimate", model, "--device", "xeon-8380", "--profile", profile, "--json"];
  const { out, status, err } = await ran(asked);
  assert.equal(status, 0, err);
  // 1 ms a run, 1 ms each of two passes, 2,000 values each at 1 ns.
  const { latency } = JSON.parse(out);
  assert.ok(Math.abs(latency.p50 - 3.004e-3) < 1e-9, latency.p50);
  assert.ok(Math.abs(latency.p90 / latency.p50 - Math.exp(0.12815515655)) < 1e-6);
});

test("tenlane estimate with a machine's profile refuses a model that is no ONNX file", async (t) => {
  const folder = folderOf(t);
  const profile = join(folder, "mine.json");
  const asked = ["estimate", "resnet-50", "--device", "xeon-8380", "--profile", profile];
  const { err, status } = await ran(asked);
  assert.equal(status, 2);
  assert.match(err, /an \.onnx file beside the profile of a machine/u);
});
