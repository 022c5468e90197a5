import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { calibrationSchema } from "./schemas/calibration.ts";

const CONFIG = "cli/fixtures/qwen3-32b.json";
const RESULT = "core/calibrate/fixtures/vllm-bench-serve.json";
const ON = ["--device", "h100-sxm", "--tp", "2"];

test("calibrate --from shows residuals that its own profile takes away, and estimate and plan use it", async () => {
  const saved = join(emptyFolder(), "mine.json");
  const args = [CONFIG, ...ON, "--from", RESULT, "--save", saved, "--json"];
  const { status, out, err } = await ran(["calibrate", ...args]);
  assert.equal(status, 0, err);
  const { profile, samples } = JSON.parse(out);
  assert.ok(calibrationSchema.safeParse({ profile, samples }).success);
  assert.equal(samples.length, 3);
  for (const { measured, refitted } of samples) {
    assert.ok(Math.abs(refitted / measured - 1) < 1e-6);
  }
  const p50 = async (...more: readonly string[]) => {
    const asked = ["--concurrency", "4", ...more, "--json"];
    return JSON.parse((await ran(["estimate", CONFIG, ...ON, ...asked])).out).tpot.p50;
  };
  const ratio = (await p50("--profile", saved)) / (await p50());
  assert.ok(Math.abs(ratio / profile.factors.token - 1) < 1e-6);
  assert.equal((await ran(["plan", CONFIG, "--device", "h100-sxm", "--profile", saved])).status, 0);
});

test("calibrate refuses what is missing by the flag that gives it", async () => {
  const summary = "core/calibrate/fixtures/mlperf-summary.txt";
  for (const [args, said] of [
    [[], "model"],
    [[CONFIG], "--device"],
    [[CONFIG, ...ON], "--from"],
    [[CONFIG, ...ON, "--from", summary], "--input"],
    [[CONFIG, ...ON, "--from", "no-such-file.json"], "no-such-file"],
    [["--kernels", "."], "--leave-one-out"],
    [["--kernels", ".", "--leave-one-out"], "kernel tables"],
  ] as const) {
    const { status, err } = await ran(["calibrate", ...args]);
    assert.equal(status, 2, args.join(" "));
    assert.ok(err.includes(said), err);
  }
});
