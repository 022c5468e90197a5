import assert from "node:assert/strict";
import { test } from "node:test";
import { networkMacs } from "../core/model/index.ts";
import { sparse } from "./configured.ts";
import { modelOf } from "./counted.ts";
import { numericsOf } from "./precision.ts";
import { ROW } from "./fixtures/row.ts";
import { trainedLabel } from "./trained-label.ts";
import { variantOf } from "./variant.ts";
import { shippedWorld } from "./world.ts";

const world = shippedWorld();

test("variantOf() tells EfficientNet B0 from B4 by pixels or by section, nnU-Net by dimensions", () => {
  const file = "TensorFlow2/Classification/ConvNets/efficientnet_v1/README.md";
  const row = { ...ROW, model: "EfficientNet v1", notes: "" };
  const named = [
    { ...row, source_location: `${file}#L437` },
    { ...row, source_location: `${file}#L453` },
    { ...row, notes: "Resolution=380x380" },
    { ...row, model: "nnU-Net", notes: "Dimension=2" },
  ].map(variantOf);
  assert.deepEqual(named, ["EfficientNet v1", "efficientnet-b4", "efficientnet-b4", "nnU-Net 2D"]);
});

test("trainedLabel() of Transformer-XL is the size that the notes name, with segments as trained", () => {
  const row = { ...ROW, model: "Transformer-XL", notes: "Large model; batch is per GPU" };
  const named = world.model(trainedLabel(row));
  assert.equal(named?.model.id, "transformer-xl-large-training");
});

test("modelOf() of a detector on a large image computes what a row prints, of a segmenter nothing", () => {
  const notes = "input 640x640x3; params 1 M; OPS 100 G";
  const detector = modelOf({ ...ROW, model: "yolov99", notes }, world);
  assert.ok(detector?.model.kind === "network");
  assert.ok(Math.abs(networkMacs(detector.model) / 50e9 - 1) < 0.06);
  assert.equal(modelOf({ ...ROW, model: "segmenter", notes }, world), null);
});

test("modelOf() knows operations that a zoo prints elsewhere", () => {
  const found = modelOf({ ...ROW, model: "yolov9c", notes: "" }, world);
  assert.ok(found?.model.kind === "network");
  assert.ok(Math.abs(networkMacs(found.model) / 51.05e9 - 1) < 0.06);
});

test("sparse() weights multiply twice as fast", () => {
  const device = world.device("NVIDIA A30");
  assert.ok(device !== null);
  const { int8 = 0 } = device.peak;
  assert.equal(sparse(device, { ...ROW, model: "X (2:4 sparse)" }).peak.int8, 2 * int8);
  assert.equal(sparse(device, ROW), device);
});

test("numericsOf() of a pipeline of images that names no format is FP16", () => {
  const model = world.model("segmind/SSD-1B")?.model;
  assert.ok(model !== undefined);
  const row = { ...ROW, phase: "single_batch_latency", precision_weights: "" };
  const formats = ["diffusers", "vLLM"].map(
    (engine) => numericsOf({ ...row, engine }, model, null)?.name,
  );
  assert.deepEqual(formats, ["fp16", "fp32"]);
});

test("modelOf() takes a count of a hundred times a drawing for a slip of the decimal point", () => {
  const drawn = (notes: string) => modelOf({ ...ROW, model: "mobilenet-v2", notes }, world)?.named;
  assert.equal(drawn("input 224*224*3 (HWC); workload 62 GOPs"), drawn("workload 0.6 GOPs"));
  const other = modelOf(
    { ...ROW, model: "mobilenet-v2", notes: "input 224*224*3; OPS 20 G" },
    world,
  );
  assert.equal(other?.model.name, "mobilenet-v2");
});
