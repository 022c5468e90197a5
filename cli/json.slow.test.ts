import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder } from "./_fake-shell.ts";
import { fittingJson } from "./_published-schema.ts";
import { scaledConvolutions, written } from "./optimise/_fake-models.ts";

const FOLDER = emptyFolder();
const SHELL = { folder: FOLDER, environment: { XDG_DATA_HOME: FOLDER } };
const MODEL = written(FOLDER, "model.onnx", scaledConvolutions());

function lacksRuntime(): string | false {
  try {
    createRequire(import.meta.url).resolve("onnxruntime-node");
    return false;
  } catch {
    return "onnxruntime-node is not installed";
  }
}

test(
  "tenlane optimise, verify and measure of one model --json fit the JSON Schemas that are published",
  { skip: lacksRuntime() },
  async () => {
    const optimise = ["optimise", MODEL, "-o", join(FOLDER, "fast.onnx")] as const;
    await fittingJson([...optimise, "--budget", "5s"], SHELL);
    await fittingJson(["verify", "fast.certificate.json", "--budget", "4s"], SHELL);
    const predicted = ["optimise", MODEL, "-o", join(FOLDER, "l4.onnx"), "--target", "l4"] as const;
    await fittingJson([...predicted, "--budget", "5s"], SHELL);
    await fittingJson(["measure", MODEL, "--budget", "2s"], SHELL);
    await fittingJson(["measure", "--list"], SHELL);
    await fittingJson(["measure", "--compare", "1", "1"], SHELL);
    await fittingJson(["measure", "--regressions"], SHELL);
  },
);

test("tenlane worker --json fits the JSON Schema that is published", async (t) => {
  const queue = process.env["TENLANE_TEST_QUEUE"];
  if (queue === undefined) return t.skip("no TENLANE_TEST_QUEUE: .ci/services starts one");
  const answer = await fittingJson(["worker", "--queue", queue, "--idle", "1s"], SHELL);
  assert.deepEqual(answer, { kind: "worker", done: 0, failed: 0 });
});
