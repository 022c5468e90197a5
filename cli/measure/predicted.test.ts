import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { memorySource } from "../../core/index.ts";
import { readOnnx } from "../../core/model/onnx/index.ts";
import { products } from "../../measure/onnx/_samples.ts";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { ownShell, type Shell } from "../shell.ts";
import { predicted } from "./predicted.ts";

const HERE = { title: "Here", publisher: "me", url: "about:blank", read: "2026-11-25" };
const figure = (value: string) => ({ value, source: "here", at: "a test" });
const OWN = {
  sources: { here: { ...HERE, class: "secondary" } },
  accelerators: [
    {
      id: "mine",
      name: "My desk",
      vendor: "Intel",
      kind: "cpu",
      status: "shipping",
      aliases: [],
      figures: {
        "peak/matrix/fp32/dense": figure("400 GFLOP/s"),
        "peak/vector/fp32": figure("400 GFLOP/s"),
        "memory/device/bandwidth": figure("40 GB/s"),
        "memory/device/capacity": figure("32 GB"),
      },
    },
  ],
};

function at(folder: string): Shell {
  return { ...ownShell(), folder, environment: { XDG_DATA_HOME: folder } };
}

test("predicted() is what tenlane estimate --on mine says of the same file", async () => {
  const folder = emptyFolder();
  const devices = join(folder, "tenlane", "devices");
  mkdirSync(devices, { recursive: true });
  writeFileSync(join(devices, "mine.json"), JSON.stringify(OWN));
  const bytes = products(4, 512, 64);
  writeFileSync(join(folder, "model.onnx"), bytes);
  const network = await readOnnx(memorySource(bytes), { source: "model.onnx" });
  assert.ok(network.ok);
  const shell = { folder, environment: { XDG_DATA_HOME: folder } };
  const args = ["estimate", "model.onnx", "--on", "mine", "--concurrency", "1", "--json"];
  const { out, err } = await ran(args, shell);
  assert.equal(err, "");
  const found = await predicted("model.onnx", network.value, { threads: 1 }, at(folder));
  assert.equal(found?.of, "all cores");
  assert.deepEqual(found.time, JSON.parse(out).latency);
});

test("predicted() is none, with a note, where the device that was written down cannot be read", async () => {
  const folder = emptyFolder();
  const devices = join(folder, "tenlane", "devices");
  mkdirSync(devices, { recursive: true });
  writeFileSync(join(devices, "mine.json"), "{}}");
  const network = await readOnnx(memorySource(products(1, 8)), { source: "model.onnx" });
  assert.ok(network.ok);
  const notes: string[] = [];
  const shell = { ...at(folder), note: (text: string) => void notes.push(text) };
  assert.equal(await predicted("model.onnx", network.value, { threads: 1 }, shell), null);
  assert.match(notes.join(""), /^not predicted: .*mine\.json: expected JSON/u);
});

test("predicted() is none where nothing is known of the machine", async () => {
  const network = await readOnnx(memorySource(products(1, 8)), { source: "model.onnx" });
  assert.ok(network.ok);
  const shell = at(emptyFolder());
  assert.equal(await predicted("model.onnx", network.value, { threads: 1 }, shell), null);
});

/** Kernels cost nothing, a run 2 ms. */
const MACHINE = {
  about: "a test",
  threads: 1,
  prices: {},
  shared: { run: 2e-3, resultByte: 0, cold: 0, coldByte: 0, farByte: 0 },
  spread: 0.1,
  runs: 1,
};

test("predicted() by a machine's profile is processor time, and refuses other threads", async () => {
  const folder = emptyFolder();
  const bytes = products(1, 8);
  writeFileSync(join(folder, "model.onnx"), bytes);
  writeFileSync(join(folder, "learnt.json"), JSON.stringify(MACHINE));
  const network = await readOnnx(memorySource(bytes), { source: "model.onnx" });
  assert.ok(network.ok);
  const asked = { threads: 1, profile: "learnt.json" };
  const found = await predicted("model.onnx", network.value, asked, at(folder));
  assert.equal(found?.of, "processor time");
  assert.ok(found.time.p50 >= 2e-3);
  await assert.rejects(
    predicted("model.onnx", network.value, { ...asked, threads: 2 }, at(folder)),
    /saved with 2 threads/u,
  );
});
