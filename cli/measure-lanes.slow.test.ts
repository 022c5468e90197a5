import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { fittingJson } from "./_published-schema.ts";
import type { Answered } from "./lanes-answer.ts";

async function measured(parts: string): Promise<{ folder: string; answer: Answered }> {
  const folder = emptyFolder();
  const args = ["--budget", "4s", "--parts", parts, "-o", "mine.json"];
  const answer = (await fittingJson(["measure", "lanes", ...args], { folder })) as Answered;
  return { folder, answer };
}

/** The better repeats of the fastest size: noise of other programs only slows. */
function best({ lanes }: Answered, method: string, what = "matmul"): number {
  const found = lanes.filter((lane) => lane.method === method && lane.what === what);
  assert.ok(found.length > 0, method);
  return Math.max(...found.map(({ rate }) => rate.p90));
}

test("tenlane measure lanes --parts wasm: SIMD is faster than scalar, the first cache than memory, and --on mine answers", async () => {
  const { folder, answer } = await measured("wasm");
  assert.ok(best(answer, "wasm SIMD") > 1.5 * best(answer, "wasm scalar"));
  const reads = answer.lanes.filter(({ what, sustained }) => what === "read" && sustained === null);
  const [small, large] = [Math.min, Math.max].map((pick) => pick(...reads.map(({ size }) => size)));
  const at = (wanted: number | undefined) =>
    Math.max(...reads.filter(({ size }) => size === wanted).map(({ rate }) => rate.p90));
  assert.ok(at(small) > at(large));
  assert.equal(answer.lanes.filter(({ sustained }) => sustained !== null).length, 2);
  const on = await ran(["estimate", "resnet-50", "--on", "mine.json"], { folder });
  assert.equal(on.status, 0, on.err);
  assert.deepEqual(answer.files, [join(folder, "mine.json")]);
  const kept = JSON.parse(readFileSync(join(folder, "mine.lanes.json"), "utf8"));
  assert.equal(kept.lanes.length, answer.lanes.length);
});

test("tenlane measure lanes shows what it measured also where its file cannot be written, which is a failure", async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "mine.json"));
  const args = ["measure", "lanes", "--budget", "1s", "--parts", "wasm", "-o", "mine.json"];
  const { status, out, err } = await ran(args, { folder });
  assert.equal(status, 1);
  assert.match(out, /matmul fp32 .*wasm SIMD/u);
  assert.doesNotMatch(out, /written:/u);
  assert.match(err, /mine\.json is not written: EISDIR/u);
  assert.deepEqual(readdirSync(folder), ["mine.json"]);
});

test("tenlane measure lanes --parts native: a runtime beats the plain kernel, in every format it was asked for", async () => {
  const { answer } = await measured("native");
  assert.deepEqual(answer.notes, []);
  const formats = new Set(answer.lanes.map(({ precision }) => precision));
  assert.deepEqual([...formats].toSorted(), ["fp16", "fp32", "int8"]);
  assert.ok(
    best(answer, "onnxruntime MatMul") >
      best(answer, "onnxruntime Conv 3x3 of 144 channels", "depthwise"),
  );
  assert.ok(answer.lanes.every(({ rate }) => rate.p10 > 0 && rate.p90 >= rate.p50));
});
