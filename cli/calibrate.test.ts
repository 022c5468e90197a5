import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

test("calibrate --save mine keeps a name that every command of a service takes", async () => {
  const shell = { environment: { XDG_DATA_HOME: emptyFolder() } };
  const kept = [CONFIG, ...ON, "--from", RESULT, "--save", "mine", "--json"];
  const { profile } = JSON.parse((await ran(["calibrate", ...kept], shell)).out);
  const study = join(emptyFolder(), "study.json");
  const options = { model: CONFIG, device: "h100-sxm", tp: 2, requests: 60 };
  writeFileSync(
    study,
    JSON.stringify({ name: "s", options, plans: [{ name: "a" }], rates: ["1/s"] }),
  );
  const usage = join(emptyFolder(), "usage.json");
  writeFileSync(
    usage,
    readFileSync("examples/usage.json", "utf8").replace(
      /"model": "[^"]*"/u,
      `"model": "${CONFIG}"`,
    ),
  );
  const served = [CONFIG, "--rate", "40/s", "--device", "h100-sxm"];
  const few = ["--requests", "60", "--seeds", "1"];
  for (const asked of [
    ["estimate", CONFIG, ...ON],
    ["plan", ...served, "--no-simulate"],
    ["simulate", CONFIG, ...ON, "--rate", "1/s", ...few],
    ["capacity", CONFIG, ...ON, "--tpot", "60ms", "--requests", "60"],
    ["sweep", study, "--workers", "1"],
    ["cost", ...served],
    ["rightsize", usage],
  ]) {
    const [shipped, own] = await Promise.all(
      [[], ["--profile", "mine"]].map(async (more) => {
        const { status, out, err } = await ran([...asked, ...more, "--json"], shell);
        assert.equal(status, 0, `${asked.join(" ")}: ${err}`);
        return out;
      }),
    );
    assert.notEqual(own, shipped, asked[0]);
  }
  assert.ok(profile.factors.token > 1.5);
});

test("a profile is refused where nothing that it holds is asked for, and one that nobody saved by its place", async () => {
  const folder = emptyFolder();
  const shell = { environment: { XDG_DATA_HOME: folder } };
  const profiles = join(folder, "tenlane", "profiles");
  mkdirSync(profiles, { recursive: true });
  writeFileSync(join(profiles, "mine.json"), '{ "about": "", "factors": {}, "figures": 0 }');
  for (const args of [
    ["estimate", "resnet-50", "--device", "l4"],
    ["plan", "resnet-50", "--device", "l4"],
    ["cost", "resnet-50", "--device", "l4"],
    ["energy", "--machine", "8 x l4"],
  ]) {
    const { status, err } = await ran([...args, "--profile", "mine"], shell);
    assert.equal(status, 2, args[0]);
    assert.match(err, /a model that is served/u);
  }
  const { err } = await ran(["estimate", CONFIG, ...ON, "--profile", "other"], shell);
  assert.ok(err.includes(join(profiles, "other.json")), err);
});

test("calibrate --from reads results that stand on a line each", async () => {
  const folder = emptyFolder();
  const one = JSON.stringify(JSON.parse(readFileSync(RESULT, "utf8")));
  writeFileSync(join(folder, "two.jsonl"), `${one}\n${one}\n\n`);
  const bench = JSON.parse(readFileSync("core/calibrate/fixtures/llama-bench.json", "utf8"));
  const lines = bench.map((each: unknown) => JSON.stringify(each)).join("\n");
  writeFileSync(join(folder, "bench.jsonl"), lines);
  for (const [file, count] of [
    ["two.jsonl", 6],
    ["bench.jsonl", 2],
  ] as const) {
    const args = [CONFIG, ...ON, "--from", join(folder, file), "--json"];
    const { out, err } = await ran(["calibrate", ...args]);
    assert.equal(JSON.parse(out).samples.length, count, err);
  }
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

test("calibrate --machine --from a measurement that has no profile is refused before any probe runs", async () => {
  const folder = emptyFolder();
  const measured = { model: { name: "a" }, session: { threads: 1 }, latency: { cpu: 1 } };
  writeFileSync(join(folder, "a.json"), JSON.stringify({ ...measured, profile: null }));
  const { status, err } = await ran(["calibrate", "--machine", "--from", "a.json"], { folder });
  assert.equal(status, 2);
  assert.match(
    err,
    /^error: a\.json\n {2}expected {2}a measurement that knows where the time goes/u,
  );
});
