import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { create } from "webgpu";
import type { Told } from "../lanes/part.ts";
import { driverLanes } from "./cuda-lanes.ts";
import { openLibraries } from "./koffi-driver.ts";
import {
  attentionChore,
  convolutionChore,
  copyChore,
  packedChore,
  productChore,
  sumChore,
} from "./webgpu-chores.ts";
import { webgpuLanes } from "./webgpu-lanes.ts";

/** Held for as long as the tests run: without it Dawn ends. */
const dawn = create([]);

/** A device of the first adapter; null, and the test skipped, where there is none. */
async function deviceOf(t: TestContext): Promise<GPUDevice | null> {
  const adapter = await dawn.requestAdapter();
  if (adapter === null) {
    t.skip("no adapter: no Vulkan driver (mesa-vulkan-drivers)");
    return null;
  }
  const wanted = ["timestamp-query", "shader-f16"] as const;
  return adapter.requestDevice({
    requiredFeatures: wanted.filter((name) => adapter.features.has(name)),
  });
}

test("chores give on a GPU what the processor gives", async (t) => {
  const device = await deviceOf(t);
  if (device === null) return;
  const formats = device.features.has("shader-f16")
    ? (["fp32", "fp16"] as const)
    : (["fp32"] as const);
  for (const format of formats) {
    for (const side of [64, 192]) {
      assert.equal(
        await (await productChore(device, side, format)).check(),
        null,
        `${format} ${side}`,
      );
    }
  }
  for (const side of [64, 192]) {
    assert.equal(await (await packedChore(device, side)).check(), null, `int8 ${side}`);
  }
  for (const side of [8, 24]) {
    assert.equal(await (await convolutionChore(device, side)).check(), null, `3x3 ${side}`);
  }
  assert.equal(await (await attentionChore(device, 128)).check(), null);
  for (const bytes of [8192, 3 * 2 ** 20]) {
    assert.equal(await (await copyChore(device, bytes)).check(), null);
    assert.equal(await (await sumChore(device, bytes)).check(), null);
  }
  device.destroy();
});

test("productChore().check() says which value of a wrong product differs", async (t) => {
  const device = await deviceOf(t);
  if (device === null) return;
  const right = device.createShaderModule.bind(device);
  device.createShaderModule = ({ code }) =>
    right({ code: code.replace("tile[i] +=", "tile[i] =") });
  assert.match(
    (await (await productChore(device, 64, "fp32")).check()) ?? "",
    /^C\[0, 0\] is .* and not /u,
  );
  device.destroy();
});

async function all(telling: AsyncIterable<Told>): Promise<readonly Told[]> {
  const told: Told[] = [];
  for await (const one of telling) told.push(one);
  return told;
}

test("webgpuLanes() of the adapter of this machine has lanes of every kind, and one sentence where there is none", async () => {
  const told = await all(webgpuLanes({ threads: 1, budget: 2, root: "/", record: null }));
  const [first] = told;
  if (first?.kind === "note") {
    assert.match(first.text, /no adapter/u);
    return;
  }
  assert.equal(first?.kind, "gpu");
  const lanes = told.flatMap((one) => (one.kind === "lane" ? [one.lane] : []));
  assert.equal(lanes.length, told.length - 1, JSON.stringify(told));
  const kinds = new Set(lanes.map(({ what }) => what));
  assert.deepEqual([...kinds], ["matmul", "convolution", "attention", "copy", "reduction"]);
  assert.ok(lanes.some(({ precision }) => precision === "int8"));
  const held = lanes.filter(({ sustained }) => sustained !== null);
  assert.deepEqual(
    held.map(({ what }) => what),
    ["matmul", "copy"],
  );
  assert.ok(lanes.every(({ rate }) => rate.p10 > 0));
});

/** The GPU that the processor plays, as a library; null, and the test skipped, where nothing compiles it. */
function fakeLibrary(t: TestContext): string | null {
  const file = join(mkdtempSync(join(tmpdir(), "tenlane-cuda-")), "libfake.so");
  const source = "measure/gpu/fixtures/fake-cuda.c";
  const { error, status, stderr } = spawnSync(
    "cc",
    ["-O2", "-shared", "-fPIC", "-o", file, source],
    { encoding: "utf8" },
  );
  if (error !== undefined) {
    t.skip("no compiler of C (cc)");
    return null;
  }
  assert.equal(status, 0, stderr);
  return file;
}

async function playedLanes(library: string): Promise<readonly Told[]> {
  const driver = await openLibraries({
    cuda: library,
    nvml: library,
    cublasLt: library,
    cudnn: library,
  });
  assert.ok(driver !== null);
  return all(driverLanes(driver, 0.5));
}

test("driverLanes() through koffi passes every argument as the C libraries take it, and reads what they write", async (t) => {
  const library = fakeLibrary(t);
  if (library === null) return;
  const told = await playedLanes(library);
  const gpu = told.flatMap((one) => (one.kind === "gpu" ? [one.gpu] : []))[0];
  assert.equal(gpu?.name, "Fake GPU");
  assert.deepEqual(
    [gpu?.architecture, gpu?.units, gpu?.memory, gpu?.power],
    ["sm_90", 2, 80e9, 350],
  );
  const lanes = told.flatMap((one) => (one.kind === "lane" ? [one.lane] : []));
  const bursts = lanes.filter(({ sustained }) => sustained === null);
  assert.deepEqual(
    [...new Set(bursts.map(({ what, precision }) => `${what} ${precision}`))],
    [
      "copy null",
      "reduction null",
      "matmul fp32",
      "matmul tf32",
      "matmul fp16",
      "matmul fp8",
      "matmul int8",
      "convolution fp16",
    ],
  );
  for (const { what, rate } of bursts) {
    const modelled = what === "copy" || what === "reduction" ? 2e12 : 100e12;
    assert.ok(Math.abs(rate.p50 / modelled - 1) < 1e-3, `${what} ${rate.p50}`);
  }
  const held = lanes.filter(({ sustained }) => sustained !== null);
  assert.equal(held.length, 3);
  for (const { power } of held) assert.ok(Math.abs((power ?? 0) - 300) < 3, `${power}`);
  const notes = told.flatMap((one) => (one.kind === "note" ? [one.text] : []));
  assert.deepEqual(notes.slice(1), [
    "NVIDIA copy 1073741824: cuMemAlloc_v2 gave 2",
    "NVIDIA reduction 1073741824: cuMemAlloc_v2 gave 2",
    "NVIDIA matmul bf16: the library has no way to do it; not timed",
  ]);
});

test("driverLanes() through koffi times nothing that gives wrong results", async (t) => {
  const library = fakeLibrary(t);
  if (library === null) return;
  process.env["FAKE_CUDA_WRONG"] = "1";
  const told = await playedLanes(library);
  delete process.env["FAKE_CUDA_WRONG"];
  assert.ok(
    told.every(({ kind }) => kind !== "lane"),
    JSON.stringify(told),
  );
  assert.equal(
    told.filter((one) => one.kind === "note" && one.text.endsWith("not timed")).length,
    9,
  );
});

test("openLibraries() of libraries that are not there has none of them", async () => {
  const driver = await openLibraries({ cuda: "/nowhere/libcuda.so.1" });
  assert.equal(driver?.has("cuda"), false);
  assert.equal(driver?.has("nvml"), false);
});
