import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  isFaster,
  type Comparison,
  type Outcome,
  type Subject,
  type Tensors,
} from "../../core/optimise/index.ts";
import { ONE_THREAD, ones, products } from "./_samples.ts";
import { onnxRunner } from "./runner.ts";

const runner = onnxRunner();

function done<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.kind === "done", JSON.stringify(outcome));
  return outcome.value;
}

function subject(count: number, size = 128, rows = 32): Subject {
  const feeds = [{ x0: ones([rows, size]) }];
  return { model: products(count, size, rows), feeds, session: ONE_THREAD };
}

function shown({ ratio, control }: Comparison): string {
  const text = ({ lower, middle, upper }: Comparison["ratio"]) =>
    `${middle.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
  return `${text(ratio)}, control ${text(control)}`;
}

for (const [what, same] of [
  ["of a millisecond", subject(8)],
  ["of 20 µs", subject(2, 32, 4)],
] as const) {
  test(`onnxRunner().compare() of the same model ${what} twice is never a win, in 20 repeats`, async (t) => {
    for (let repeat = 0; repeat < 20; repeat += 1) {
      const comparison = done(await runner.compare(same, same, 1.5));
      t.diagnostic(`${shown(comparison)}, ${comparison.blocks} blocks`);
      assert.equal(isFaster(comparison), false, shown(comparison));
      assert.equal(isFaster(comparison, "cpu"), false, shown(comparison));
    }
  });
}

test("onnxRunner().compare() of four products against one is near four times, and a win", async () => {
  const comparison = done(await runner.compare(subject(12, 192), subject(3, 192), 3));
  const { cpuRatio, before, after } = comparison;
  assert.ok(cpuRatio.middle > 2.5 && cpuRatio.middle < 4.5, shown(comparison));
  assert.ok(isFaster(comparison, "cpu"));
  assert.ok(before.least <= before.median && before.median <= before.p95);
  assert.ok(after.median < before.median && after.bytesResident > 3e7);
});

test("onnxRunner().compare() of a model fifty times as slow ends near its budget", async () => {
  const started = performance.now();
  const comparison = done(await runner.compare(subject(2, 384, 256), subject(100, 384, 256), 2));
  assert.ok(comparison.ratio.middle < 0.1, shown(comparison));
  assert.ok(performance.now() - started < 12_000);
});

for (const provider of ["wasm", "webgpu"]) {
  test(`onnxRunner().outputs() on ${provider} are those of the processor`, async (t) => {
    const { model, feeds, session } = subject(3, 64, 8);
    const [native] = done(await runner.outputs(model, feeds, session));
    const outcome = await runner.outputs(model, feeds, { ...session, provider });
    if (outcome.kind === "failed" && provider === "webgpu") {
      return t.skip(`no adapter for WebGPU: ${outcome.message}`);
    }
    const [other] = done(outcome);
    const values = (tensors: Tensors | undefined) => {
      const bytes = tensors?.["x3"]?.bytes ?? new Uint8Array();
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    };
    const expected = values(native);
    assert.equal(expected.length, 8 * 64);
    for (const [index, value] of values(other).entries()) {
      const wanted = expected[index] ?? 0;
      assert.ok(Math.abs(value - wanted) <= 1e-4 * Math.abs(wanted), `${value}, ${wanted}`);
    }
  });
}

test("onnxRunner().throughput() counts all processes at once, and items of a feed", async () => {
  const once = done(await runner.throughput(subject(4), 1, 1));
  const batch = done(await runner.throughput({ ...subject(4), items: 8 }, 2, 1));
  for (const [{ itemsPerSecond, timing }, items] of [
    [once, 1],
    [batch, 8],
  ] as const) {
    const elapsed = (items * timing.runs) / itemsPerSecond;
    assert.ok(elapsed > 0.99 && elapsed < 1.5, `${elapsed} s`);
  }
  assert.ok(batch.timing.bytesResident > 1.5 * once.timing.bytesResident);
});

test("a child of onnxRunner() whose parent was killed removes its folder and ends", async () => {
  const own = mkdtempSync(join(tmpdir(), "tenlane-test-"));
  const folders = () => globSync(`${own}/tenlane-*/model-0.onnx`);
  const code = `
    import { onnxRunner } from "./measure/onnx/index.ts";
    import { ONE_THREAD, ones, products } from "./measure/onnx/_samples.ts";
    const subject = { model: products(4, 64), feeds: [{ x0: ones([1, 64]) }], session: ONE_THREAD };
    await onnxRunner().compare(subject, subject, 60);`;
  const env = { ...process.env, TMPDIR: own };
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], { env });
  let made: readonly string[] = [];
  for (let wait = 0; wait < 100 && made.length === 0; wait += 1) {
    await sleep(100);
    made = folders();
  }
  await sleep(1000);
  assert.equal(made.length, 1);
  parent.kill("SIGKILL");
  for (let wait = 0; wait < 50 && existsSync(made[0] ?? ""); wait += 1) await sleep(100);
  assert.equal(existsSync(made[0] ?? ""), false);
});
