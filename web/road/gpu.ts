/** The GPU by WebGPU: a tiled product of FP32 matrices, and a copy between two buffers. */
import type { LaneRates } from "./rates.ts";

const SIDE = 1024;
const TILE = 16;
const COPY_BYTES = 64 * 1024 * 1024;
const RUNS = 8;
const FLOAT_BYTES = 4;

/** Flags of buffers. Source: W3C, WebGPU, "GPUBufferUsage" */
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const STORAGE = 0x80;

const PRODUCT = `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
const side = ${SIDE}u;
const tile = ${TILE}u;
var<workgroup> left: array<array<f32, ${TILE}>, ${TILE}>;
var<workgroup> right: array<array<f32, ${TILE}>, ${TILE}>;
@compute @workgroup_size(${TILE}, ${TILE})
fn product(@builtin(global_invocation_id) at: vec3u, @builtin(local_invocation_id) own: vec3u) {
  var sum = 0.0;
  for (var step = 0u; step < side; step += tile) {
    left[own.y][own.x] = a[at.y * side + step + own.x];
    right[own.y][own.x] = b[(step + own.y) * side + at.x];
    workgroupBarrier();
    for (var k = 0u; k < tile; k++) { sum += left[own.y][k] * right[k][own.x]; }
    workgroupBarrier();
  }
  c[at.y * side + at.x] = sum;
}`;

/** Null where the browser offers no GPU. */
export async function gpuRates(): Promise<LaneRates | null> {
  if (!("gpu" in navigator)) return null;
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return null;
  const device = await adapter.requestDevice();
  const compute = (2 * SIDE ** 3) / (await secondsOf(device, product(device)));
  const bandwidth = (2 * COPY_BYTES) / (await secondsOf(device, copy(device)));
  device.destroy();
  return { compute, bandwidth };
}

type Encode = (encoder: GPUCommandEncoder) => void;

/** Of one run, by the clock of the page around several in a row. */
async function secondsOf(device: GPUDevice, encode: Encode): Promise<number> {
  const submit = async (runs: number): Promise<void> => {
    const encoder = device.createCommandEncoder();
    for (let run = 0; run < runs; run += 1) encode(encoder);
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  await submit(1);
  const began = performance.now();
  await submit(RUNS);
  return (performance.now() - began) / 1000 / RUNS;
}

function product(device: GPUDevice): Encode {
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code: PRODUCT }), entryPoint: "product" },
  });
  const size = SIDE * SIDE * FLOAT_BYTES;
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [0, 1, 2].map((binding) => ({
      binding,
      resource: { buffer: device.createBuffer({ size, usage: STORAGE }) },
    })),
  });
  return (encoder) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(SIDE / TILE, SIDE / TILE);
    pass.end();
  };
}

function copy(device: GPUDevice): Encode {
  const usage = COPY_SRC | COPY_DST;
  const from = device.createBuffer({ size: COPY_BYTES, usage });
  const to = device.createBuffer({ size: COPY_BYTES, usage });
  return (encoder) => encoder.copyBufferToBuffer(from, 0, to, 0, COPY_BYTES);
}
