import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { memorySource } from "../../core/index.ts";
import { readOnnx } from "../../core/model/onnx/index.ts";
import { products } from "../../measure/onnx/_samples.ts";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { predictedLatency } from "./predicted.ts";

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

test("predictedLatency() is what tenlane estimate --on mine says of the same file", async () => {
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
  const predicted = await predictedLatency(network.value, shell);
  assert.deepEqual(predicted, JSON.parse(out).latency);
});

test("predictedLatency() is none where the machine was not written down", async () => {
  const network = await readOnnx(memorySource(products(1, 8)), { source: "model.onnx" });
  assert.ok(network.ok);
  const environment = { XDG_DATA_HOME: emptyFolder() };
  assert.equal(await predictedLatency(network.value, { environment }), null);
});
