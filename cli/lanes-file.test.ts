import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder } from "./_fake-shell.ts";
import { reachedBefore } from "./lanes-file.ts";

function lane(what: string, precision: string | null, threads: number, p50: number) {
  return { what, precision, threads, size: 512, rate: { p10: 0, p50, p90: 0 } };
}

function written(name: string) {
  const folder = emptyFolder();
  const devices = join(folder, "tenlane", "devices");
  mkdirSync(devices, { recursive: true });
  const lanes = [
    lane("matmul", "fp32", 1, 80e9),
    lane("matmul", "fp32", 1, 90e9),
    lane("matmul", "fp32", 2, 170e9),
    lane("matmul", "int8", 1, 300e9),
    lane("convolution", "fp32", 1, 95e9),
    lane("copy", null, 1, 20e9),
  ];
  const machine = { name: { value: name, from: "proc/cpuinfo" } };
  writeFileSync(join(devices, "mine.lanes.json"), JSON.stringify({ machine, lanes }));
  return { environment: { XDG_DATA_HOME: folder } };
}

test("reachedBefore() is the fastest product of each format with as many threads", async () => {
  const shell = written("Some processor");
  assert.deepEqual(await reachedBefore(1, shell, "Some processor"), { fp32: 90e9, int8: 300e9 });
  assert.deepEqual(await reachedBefore(2, shell, "Some processor"), { fp32: 170e9, int8: null });
  assert.equal(await reachedBefore(3, shell, "Some processor"), null);
});

test("reachedBefore() knows nothing of another machine, or where nothing was written", async () => {
  assert.equal(await reachedBefore(1, written("Another"), "Some processor"), null);
  const environment = { XDG_DATA_HOME: emptyFolder() };
  assert.equal(await reachedBefore(1, { environment }, "Some processor"), null);
});
