import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { products } from "../measure/onnx/_samples.ts";
import { packagedFiles } from "../validation/_onnx-oracle.ts";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { measureSchema } from "./schemas/measure.ts";

const FOLDER = emptyFolder();
const SHELL = { folder: FOLDER, environment: { XDG_DATA_HOME: FOLDER } };
writeFileSync(join(FOLDER, "model.onnx"), products(4, 128, 32));
writeFileSync(join(FOLDER, "half.onnx"), products(2, 128, 32));

async function json(args: readonly string[]) {
  const { status, out, err } = await ran(["measure", ...args, "--json"], SHELL);
  assert.equal(status, 0, err);
  const answer = JSON.parse(out);
  const read = measureSchema.safeParse(answer);
  assert.ok(read.success, JSON.stringify(read.error?.issues));
  return answer;
}

/** Packages whose counter moves ten times a second. */
function drawing(): { readonly root: string; readonly stop: () => void } {
  const root = emptyFolder();
  const zone = join(root, "sys/class/powercap/intel-rapl:0");
  mkdirSync(zone, { recursive: true });
  let microjoules = 0;
  const count = () => {
    microjoules += 1e6;
    writeFileSync(join(zone, "energy_uj"), String(microjoules));
  };
  count();
  const timer = setInterval(count, 100);
  return { root, stop: () => clearInterval(timer) };
}

test("tenlane measure of a model says how long, how many a second, and where the time goes", async () => {
  const { root, stop } = drawing();
  const answer = await json([
    "model.onnx",
    "--budget",
    "30s",
    "--instances",
    "1,2",
    "--root",
    root,
  ]);
  stop();
  assert.equal(answer.id, 1);
  assert.equal(answer.repeats.length, 5);
  assert.deepEqual(
    answer.loads.map((load: { instances: number }) => load.instances),
    [1, 2],
  );
  assert.deepEqual(
    answer.profile.operators.map(({ operator, flops }: { operator: string; flops: number }) => [
      operator,
      flops,
    ]),
    Array.from({ length: 4 }, () => ["MatMul", 2 * 32 * 128 * 128]),
  );
  // A joule each tenth of a second: ten watts over what a run takes.
  const watts = answer.energy / answer.latency.median;
  assert.ok(watts > 3 && watts < 30, `${watts} W`);
});

test("tenlane measure draws where the time goes, and keeps what it measured", async () => {
  const args = ["measure", "half.onnx", "--budget", "2s", "--batch", "1"];
  const refused = await ran(args, SHELL);
  assert.equal(refused.status, 2);
  const { out } = await ran(["measure", "half.onnx", "--budget", "15s"], SHELL);
  assert.match(out, /MatMul +2 .*█/u);
  assert.match(out, /All operators at their roofs take .* times as fast/u);
  const { out: list } = await ran(["measure", "--list"], SHELL);
  assert.match(list, /half\.onnx +cpu +1/u);
});

/** Version 1 of NumPy's format: 32 rows of 128 floats. */
function npy(): Buffer {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (32, 128), }".padEnd(117);
  const head = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length + 1, 0]);
  return Buffer.concat([head, Buffer.from(`${header}\n`), Buffer.alloc(4 * 32 * 128)]);
}

test("tenlane measure --feeds runs on the user's own samples, each in its turn", async () => {
  mkdirSync(join(FOLDER, "samples"));
  for (const name of ["a.npy", "b.npy"]) writeFileSync(join(FOLDER, "samples", name), npy());
  const args = ["model.onnx", "--feeds", "samples", "--budget", "1s", "--no-history"];
  const answer = await json([...args, "--instances", "1"]);
  assert.ok(answer.latency.runs >= 5);
});

test("tenlane measure that is interrupted ends soon, keeps nothing and leaves no folder", async (t) => {
  const controller = new AbortController();
  const shell = { ...SHELL, interruption: () => controller.signal };
  const own = emptyFolder();
  process.env["TMPDIR"] = own;
  t.after(() => delete process.env["TMPDIR"]);
  setTimeout(() => controller.abort(), 1000);
  const started = performance.now();
  const { status, err } = await ran(["measure", "model.onnx", "--budget", "1min"], shell);
  assert.equal(status, 1);
  assert.match(err, /interrupted: nothing is kept/u);
  assert.ok(performance.now() - started < 10_000);
  assert.deepEqual(readdirSync(own), []);
});

test("tenlane measure --against half the model says about two times, by processor time", async () => {
  const answer = await json(["half.onnx", "--against", "model.onnx", "--budget", "3s"]);
  const { middle } = answer.cpuRatio;
  assert.ok(middle > 1.3 && middle < 2.3, String(middle));
  assert.equal(answer.verdicts.cpu, "faster");
});

test("tenlane measure --provider wasm is slower than native, and has no profile", async () => {
  const answer = await json(["model.onnx", "--provider", "wasm", "--budget", "3s", "--no-history"]);
  assert.equal(answer.id, null);
  assert.equal(answer.profile, null);
  assert.match(answer.engine, /^onnxruntime-web/u);
  const native = await json(["model.onnx", "--budget", "3s", "--no-history"]);
  assert.ok(answer.latency.cpu > 1.5 * native.latency.cpu);
});

test("tenlane measure runs what packages of npm carry, with inputs made up by their kind", async (t) => {
  const files = packagedFiles().filter((file) => /silero_vad_v5|embedding_model|cls_/u.test(file));
  if (files.length === 0) return t.skip("no packages: npm gives none");
  for (const file of files) {
    const answer = await json([file, "--budget", "15s", "--instances", "1", "--no-history"]);
    const { operators } = answer.profile;
    const roofs = operators.reduce((sum: number, { roof }: { roof: number }) => sum + roof, 0);
    assert.ok(roofs > 0 && operators.length > 3, file);
    t.diagnostic(`${file.replace(/.*\//u, "")}: ${answer.latency.cpu} s of processor time`);
  }
});
