import assert from "node:assert/strict";
import { test } from "node:test";
import { networkMacs } from "../core/model/index.ts";
import { modelOf } from "./counted.ts";
import { ROW } from "./fixtures/row.ts";
import { isPruned, thinned } from "./thinned.ts";
import { shippedWorld } from "./world.ts";

test("thinned() keeps the layers of ResNet-50 and MobileNet V2 and has the operations asked for", () => {
  for (const name of ["resnet50", "mobilenet_v2"]) {
    const model = shippedWorld().model(name)?.model;
    assert.ok(model?.kind === "network", name);
    const thin = thinned(model, 0.4 * networkMacs(model));
    assert.equal(thin.nodes.length, model.nodes.length);
    const share = networkMacs(thin) / networkMacs(model);
    assert.ok(share > 0.35 && share < 0.5, `${name} has ${share} of its operations`);
  }
});

test("isPruned() reads the share that was pruned from a label, and no size, version or operations", () => {
  assert.ok(isPruned("pt_resnet50_0.6_3.5") && isPruned("cf_refinedet_coco_360_480_0.8_25G"));
  assert.ok(!isPruned("tf_mobilenetv2_1.0_imagenet_224_224_0.59G") && !isPruned("yolov5n_3.5"));
});

test("thinned() of a segmenter tells as many classes, and passes follow the channels of what they change", () => {
  const model = shippedWorld().model("salsanext")?.model;
  assert.ok(model?.kind === "network");
  const { nodes } = thinned(model, 0.16 * networkMacs(model));
  const last = nodes.at(-1)?.work;
  assert.ok(last?.kind === "elementwise" && last.written === 20 * 64 * 2048);
  const [conv, activation] = nodes.map(({ work }) => work);
  assert.ok(conv?.kind === "convolution" && activation?.kind === "elementwise");
  assert.equal(activation.written, conv.channelsOut * 64 * 2048);
  assert.ok(conv.channelsOut < 20);
});

test("thinned() passes over the usual share of joined tensors, however the channels of the last of them were rounded", () => {
  const model = shippedWorld().model("resnet50")?.model;
  assert.ok(model?.kind === "network");
  const first = model.nodes.find(({ work }) => work.kind === "convolution");
  assert.ok(first?.work.kind === "convolution");
  const few = { ...first, work: { ...first.work, channelsOut: 3 } };
  const pass = { kind: "elementwise", read: 900, written: 900, flops: 900 } as const;
  const nodes = [
    few,
    { ...first, work: { ...pass, joins: true } },
    { ...first, work: pass },
    first,
  ];
  const network = { ...model, nodes };
  const written = thinned(network, 0.25 * networkMacs(network)).nodes.map(({ work }) =>
    work.kind === "elementwise" ? work.written : 0,
  );
  assert.deepEqual(written, [0, 600, 450, 0]);
});

test("modelOf() of what a search cut out of ResNet-50 is ResNet-50 with fewer channels, whichever operations are printed", () => {
  const label = "pt_OFA-resnet50_imagenet_160_160_1.8G";
  const model = modelOf({ ...ROW, model: label }, shippedWorld())?.model;
  assert.ok(model?.kind === "network");
  assert.equal(model.id, shippedWorld().model("resnet50")?.model.id);
  assert.ok(Math.abs(networkMacs(model) / 0.9e9 - 1) < 0.2, String(networkMacs(model)));
});

test("modelOf() of a U-Net of a sixteenth of the operations has all its levels with a quarter of the channels", () => {
  const model = modelOf({ ...ROW, model: "pt_unet_chaos-CT_512_512_23.3G" }, shippedWorld())?.model;
  const whole = shippedWorld().model("UNet", [512, 512])?.model;
  assert.ok(model?.kind === "network" && whole?.kind === "network");
  assert.equal(model.nodes.length, whole.nodes.length);
  assert.ok(Math.abs(networkMacs(model) / 11.65e9 - 1) < 0.1, String(networkMacs(model)));
});

test("modelOf() of DETR, which halves the image five times, is a network of as many operations", () => {
  const notes = "input 800x800x3; params 32.42 M; OPS 61.87 G";
  const model = modelOf({ ...ROW, model: "detr_resnet_v1_18_bn", notes }, shippedWorld())?.model;
  assert.ok(model?.kind === "network");
  assert.ok(Math.abs(networkMacs(model) / 30.9e9 - 1) < 0.1, String(networkMacs(model)));
  assert.equal(modelOf({ ...ROW, model: "unknown_bn", notes }, shippedWorld()), null);
});

test("modelOf() of a pruned network has the operations that are left, though they are half of the whole's", () => {
  const notes = "input 224*224*3 (HWC); workload 4.1 GOPs; pruned 50.00%";
  const model = modelOf({ ...ROW, model: "pt_resnet50_0.5_3.5", notes }, shippedWorld())?.model;
  assert.ok(model?.kind === "network");
  assert.ok(Math.abs(networkMacs(model) / 2.05e9 - 1) < 0.05);
});

test("modelOf() of a pruned network goes by the share that was taken, where a table prints it for the operations", () => {
  const world = shippedWorld();
  const whole = world.model("mobilenet-v1")?.model;
  const notes = "input 224*224*3 (HWC); workload 0.11 GOPs; pruned 11.00%";
  const model = modelOf({ ...ROW, model: "tf_mobilenetv1-1.0_0.11_3.5", notes }, world)?.model;
  assert.ok(model?.kind === "network" && whole?.kind === "network");
  assert.ok(Math.abs(networkMacs(model) / networkMacs(whole) - 0.89) < 0.03);
});

test("modelOf() of several tasks at once, known by its operations, answers with an image of 16 classes", () => {
  const label = "pt_MT-resnet18_mixed_320_512_13.65G";
  const model = modelOf({ ...ROW, model: label }, shippedWorld())?.model;
  const last = model?.kind === "network" ? model.nodes.at(-1)?.work : undefined;
  assert.ok(last?.kind === "elementwise" && last.written === 16 * 320 * 512);
});

test("modelOf() of a drawing with other operations than the row prints, and no image to draw another by, is unknown", () => {
  const row = { ...ROW, model: "pt_pointpillars_3.5" };
  assert.notEqual(modelOf({ ...row, notes: "" }, shippedWorld()), null);
  assert.equal(
    modelOf({ ...row, notes: "input 12000*100*4 (HWC); workload 11.2 GOPs" }, shippedWorld()),
    null,
  );
});

test("modelOf() of pruned detectors has the layers of those they were pruned from, whose operations are about what the table prints", () => {
  const world = shippedWorld();
  const labels = [
    ["cf_refinedet_coco_360_480_0.96_5.08G", "cf_refinedet", 123e9],
    ["tf_RefineDet-Medical_EDD_320_320_0.88_9.83G", "tf_RefineDet-Medical", 81.3e9],
    ["cf_ssdtraffic_360_480_0.9_11.6G", "ssd-vgg16-roads", 116e9],
  ] as const;
  for (const [label, name, operations] of labels) {
    const model = modelOf({ ...ROW, model: label }, world)?.model;
    const whole = world.model(name)?.model;
    assert.ok(model?.kind === "network" && whole?.kind === "network", label);
    assert.equal(model.nodes.length, whole.nodes.length);
    assert.ok(Math.abs((2 * networkMacs(whole)) / operations - 1) < 0.09, label);
  }
});
