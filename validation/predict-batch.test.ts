import assert from "node:assert/strict";
import { test } from "node:test";
import { SHIPPED, UNCORRECTED } from "../core/estimate/index.ts";
import { ROW } from "./fixtures/row.ts";
import { predictBatch } from "./predict-batch.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const world = shippedWorld();
/** What is the same by physics, corrections may tell apart. */
const physics = shippedWorld({ ...SHIPPED, corrections: UNCORRECTED });

/** The middle of what is answered, by physics alone. */
function middle(row: Row): number {
  const answer = predictBatch(row, physics);
  assert.ok("interval" in answer, JSON.stringify(answer));
  return answer.interval.p50;
}

const ZOO = {
  ...ROW,
  model: "tf_mlperf_resnet50_imagenet_224_224_8.19G",
  hardware: "AMD/Xilinx Alveo U50LV",
  phase: "offline_throughput",
  metric: "throughput_multi_thread",
  unit: "fps",
  precision_weights: "int8",
  precision_activations: "int8",
  notes: "DPU: 10 DPUCAHX8H kernels running at 275Mhz; DPU frequency used 165 MHz; E2E throughput",
};

test("predictBatch() sets a rate aside that ten engines of 4096 operations a cycle cannot reach", () => {
  const peak = (10 * 4096 * 165e6) / 8.18e9;
  const below = predictBatch({ ...ZOO, value: 0.98 * peak }, world);
  assert.ok("interval" in below && below.interval !== null);
  const above = predictBatch({ ...ZOO, value: 1.02 * peak }, world);
  assert.match(JSON.stringify(above), /more than the peak of its engines/);
});

test("predictBatch() of an engine laid out in fabric is in INT8, whatever the submission's weights were trained in", () => {
  const rate = (precision: string) => {
    const answer = predictBatch({ ...ZOO, value: 1, precision_weights: precision }, world);
    assert.ok("interval" in answer && answer.interval !== null);
    return answer.interval.p50;
  };
  assert.equal(rate("fp32"), rate("int8"));
});

test("predictBatch() of a dataflow array: a table's batch of one is of the stream, as its batch of eight", () => {
  const rate = (batch: string, phase: string) => {
    const row = {
      ...ZOO,
      model: "resnet_v1_50",
      hardware: "Hailo-8",
      notes: "input 224x224x3",
      value: 1,
    };
    return middle({ ...row, phase, batch_or_concurrency: batch, metric: "throughput" });
  };
  const [one, eight] = [rate("1", "single_batch_latency"), rate("8", "offline_throughput")];
  assert.ok(Math.abs(one / eight - 1) < 1e-9, `${one} and ${eight}`);
});

const SERVED = {
  ...ROW,
  id: "mlperf-inf-1",
  model: "MLPerf resnet50",
  hardware: "NVIDIA A100 SXM 80GB",
  precision_weights: "int8",
  batch_or_concurrency: "",
  metric: "latency_p99",
  unit: "ms",
  value: 14,
};

test("predictBatch() of a server's tail is the bound its rate was chosen under; without one a condition is missing", () => {
  const bounded = predictBatch({ ...SERVED, notes: "target latency 15 ms" }, world);
  assert.ok("interval" in bounded && bounded.interval.p50 === 0.015, JSON.stringify(bounded));
  const tight = predictBatch({ ...SERVED, notes: "target latency 0.01 ms" }, world);
  assert.ok("interval" in tight && tight.interval.p50 > 1e-5, JSON.stringify(tight));
  const unbounded = predictBatch(SERVED, world);
  assert.deepEqual(unbounded, { unanswered: "condition missing: bound on latency" });
});

test("predictBatch() of streams is how many samples a device computes in their period", () => {
  const asked = { ...SERVED, phase: "single_batch_latency", unit: "streams", value: 1 };
  const streams = (model: string) => middle({ ...asked, model, metric: "multistream_streams" });
  const offline = (model: string) => {
    const row = { ...asked, phase: "offline_throughput", metric: "samples_per_s", model };
    return middle({ ...row, unit: "samples/s" });
  };
  for (const [model, period] of [
    ["MLPerf resnet50", 0.05],
    ["MLPerf ssd-resnet34", 0.066],
  ] as const) {
    assert.ok(Math.abs(streams(model) / (period * offline(model)) - 1) < 1e-9, model);
  }
});

test("predictBatch() sets aside what NVIDIA's implementation ran on, where the system names its host alone", () => {
  const row = {
    ...ROW,
    id: "mlperf-inf-1",
    model: "MLPerf resnet",
    hardware: "CPU: 1x Xeon Platinum 8259CL (2 cores each as listed)",
    phase: "offline_throughput",
    metric: "samples_per_s",
    unit: "samples/s",
    value: 1,
  };
  const said = (engine: string) => JSON.stringify(predictBatch({ ...row, engine }, world));
  assert.match(said("Nvidia inference implementation with CM API, TensorRT"), /the host alone/);
  assert.match(said("MLCommons reference implementation"), /interval/);
});

test("predictBatch() does not answer for an engine of the submitter's own on a card, which nobody describes", () => {
  const row = { ...ZOO, value: 100, hardware: "Xilinx Alveo U250", notes: "" };
  assert.ok("interval" in predictBatch(row, world));
  const own = predictBatch({ ...row, engine: "Internal Framework" }, world);
  assert.match(JSON.stringify(own), /condition missing: the engine laid out on the card/);
});

test("predictBatch() of streets by operations alone has their 19 classes to look through, where a processor is aboard", () => {
  const row = { ...ZOO, value: 100, hardware: "AMD/Xilinx VCK190", notes: "E2E throughput" };
  const [streets, rooms] = ["SemanticFPN_cityscapes", "SemanticFPN_rooms"].map((name) =>
    middle({ ...row, model: `pt_${name}_256_512_10G` }),
  );
  assert.ok(Math.abs((streets ?? 0) - 241) < 5 && (rooms ?? 0) > 600, `${streets} ${rooms}`);
});

test("predictBatch() of pictures made one by one launches a guided step once: a ring of eight adds seven tenths of that", () => {
  const seconds = (ring: number, heads: number) => {
    const row = {
      ...ROW,
      model: "black-forest-labs/FLUX.1-dev",
      task: "inference",
      hardware: "NVIDIA B200 SXM 180GB",
      accelerators: 8,
      phase: "single_batch_latency",
      metric: "latency_ms",
      unit: "ms",
      engine: "xDiT/diffusers",
      batch_or_concurrency: "1",
      precision_weights: "bfloat16",
      precision_activations: "",
      notes: `text-to-image, 1024x1024, inference_steps=50, ring_degree=${ring}, ulysses_degree=${heads}`,
    };
    return middle(row);
  };
  const ratio = seconds(8, 1) / seconds(1, 8);
  assert.ok(Math.abs(ratio - 1.7) < 0.02, `${ratio}`);
});

test("predictBatch() of CLIP compares a batch of pictures with a hundred captions, where the row says nothing of texts", () => {
  const row = {
    ...ROW,
    model: "openai/clip-vit-base-patch32",
    hardware: "AWS Inferentia2 (inf2.xlarge)",
    phase: "offline_throughput",
    metric: "throughput",
    unit: "inferences/s",
    precision_weights: "FP32",
    precision_activations: "matmul bf16 (autocast Matmult-BF16)",
    notes: "Image Classification; Batch; image 224x224",
  };
  assert.equal(middle(row), middle({ ...row, input_tokens: 9 }));
  assert.ok(middle(row) > 10 * middle({ ...row, batch_or_concurrency: "1" }));
  const untold = predictBatch({ ...row, notes: "Feature Extraction; image 224x224" }, physics);
  assert.match(JSON.stringify(untold), /input length/);
});
