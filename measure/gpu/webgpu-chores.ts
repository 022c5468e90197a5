/**
 * What a GPU is measured with by WebGPU, in a page and by Dawn in Node: products, attention, a copy, a sum.
 *
 * Each is checked against the processor before it is timed.
 */
import type { Chore } from "../lanes/repeats.ts";
import { attentionAt, attentionShader, HEAD_WIDTH, HEADS, QUERIES } from "./attention-shader.ts";
import {
  CHANNELS,
  convolutionAt,
  convolutionFloats,
  convolutionShader,
} from "./convolution-shader.ts";
import { packedShader } from "./packed-shader.ts";
import {
  copyShader,
  gramAt,
  inputAt,
  inputBytes,
  LINE,
  productAt,
  productShader,
  sumShader,
  TILE,
  type Format,
} from "./shaders.ts";

export interface GpuChore extends Chore {
  /** What is wrong with the result; null of a right one. */
  readonly check: () => Promise<string | null>;
  readonly free: () => void;
}

/** Flags of buffers. Source: W3C, WebGPU, "GPUBufferUsage" and "GPUMapMode" */
const USAGE = { mapRead: 0x01, copySource: 0x04, copyTarget: 0x08, storage: 0x80, resolve: 0x200 };
const MAP_READ = 0x01;
const FLOAT_BYTES = 4;
const VECTOR_BYTES = 16;
/** Workgroups of a copy or a sum: more than any GPU runs at a time. */
const GROUPS_MOST = 4096;
/** Values of a product that are compared. */
const CHECKED = 64;
/** How far off FP32 and a GPU's own exponential may leave a value of at most 1/2. */
const ROUNDED = 1e-4;

export function productChore(device: GPUDevice, side: number, format: Format): Promise<GpuChore> {
  const bytes = inputBytes(side * side, format);
  return squareChore(device, side, {
    code: productShader(side, format),
    inputs: [filled(device, bytes), filled(device, bytes)],
    values: (result) => new Float32Array(result),
    expected: (row, column) => productAt(side, row, column),
  });
}

/** Of whole numbers of eight bits, eight times the values. */
export function packedChore(device: GPUDevice, side: number): Promise<GpuChore> {
  return squareChore(device, side, {
    code: packedShader(side),
    inputs: [filled(device, inputBytes(side * side, "int8"))],
    values: (result) => new Int32Array(result),
    expected: (row, column) => 64 * gramAt(side, row, column),
  });
}

interface Square {
  readonly code: string;
  readonly inputs: readonly GPUBuffer[];
  readonly values: (result: ArrayBuffer) => Float32Array | Int32Array;
  readonly expected: (row: number, column: number) => number;
}

/** A product whose result is `side` rows of `side` values of four bytes, tile by tile. */
async function squareChore(
  device: GPUDevice,
  side: number,
  { code, inputs, values, expected }: Square,
): Promise<GpuChore> {
  const result = storage(device, side * side * FLOAT_BYTES);
  const groups = side / TILE;
  const buffers = [...inputs, result];
  const pass = await passOf(device, { code, buffers, groups: [groups, groups] });
  return {
    amount: 2 * side ** 3,
    run: pass,
    check: async () => {
      await pass(1);
      const made = values(await contents(device, result));
      return firstWrong([side, side], {
        got: (row, column) => made[row * side + column],
        expected,
      });
    },
    free: () => freed(buffers),
  };
}

/** 3x3 over an image of `side` by `side`, a multiple of 8. */
export async function convolutionChore(device: GPUDevice, side: number): Promise<GpuChore> {
  const { image, weights } = convolutionFloats(side);
  const inputs = [image, weights].map((count) => filled(device, inputBytes(count, "fp32")));
  const result = storage(device, image * FLOAT_BYTES);
  const pass = await passOf(device, {
    code: convolutionShader(side),
    buffers: [...inputs, result],
    groups: [1, (side * side) / TILE],
  });
  return {
    amount: 2 * side ** 2 * weights,
    run: pass,
    check: async () => {
      await pass(1);
      const values = new Float32Array(await contents(device, result));
      return firstWrong([side * side, CHANNELS], {
        got: (pixel, channel) => values[pixel * CHANNELS + channel],
        expected: (pixel, channel) => convolutionAt(side, pixel, channel),
      });
    },
    free: () => freed([...inputs, result]),
  };
}

type ValueAt = (row: number, column: number) => number | undefined;

/** Of some values of a result, the first that is another than expected; null where none is. */
function firstWrong(
  [rows, columns]: readonly [number, number],
  { got, expected }: { readonly got: ValueAt; readonly expected: ValueAt },
): string | null {
  for (let checked = 0; checked < CHECKED; checked += 1) {
    const [row, column] = [(checked * 37) % rows, (checked * 101) % columns];
    const [is, due] = [got(row, column), expected(row, column)];
    if (is !== due) return `C[${row}, ${column}] is ${is} and not ${due}`;
  }
  return null;
}

/** All heads over `tokens` tokens; of the work the two products alone count, as usual. */
export async function attentionChore(device: GPUDevice, tokens: number): Promise<GpuChore> {
  const count = HEADS * tokens * HEAD_WIDTH;
  const input = filled(device, inputBytes(count, "fp32"));
  const result = storage(device, count * FLOAT_BYTES);
  const pass = await passOf(device, {
    code: attentionShader(tokens),
    buffers: [input, result],
    groups: [tokens / QUERIES, HEADS],
  });
  return {
    amount: 4 * HEADS * tokens ** 2 * HEAD_WIDTH,
    run: pass,
    check: async () => {
      await pass(1);
      const values = new Float32Array(await contents(device, result));
      for (let checked = 0; checked < CHECKED; checked += 1) {
        const [row, column] = [(checked * 37) % tokens, (checked * 11) % HEAD_WIDTH];
        const expected = attentionAt(tokens, row, column);
        const got = values[row * HEAD_WIDTH + column] ?? Number.NaN;
        if (!(Math.abs(got - expected) < ROUNDED)) {
          return `O[${row}, ${column}] is ${got} and not ${expected}`;
        }
      }
      return null;
    },
    free: () => freed([input, result]),
  };
}

/** `bytes` are those read and written: half of them are copied. */
export async function copyChore(device: GPUDevice, bytes: number): Promise<GpuChore> {
  const half = bytes / 2;
  const bytesIn = inputBytes(half / FLOAT_BYTES, "fp32");
  const from = filled(device, bytesIn);
  const to = storage(device, half);
  const vectors = half / VECTOR_BYTES;
  const groups = groupsOf(vectors);
  const pass = await passOf(device, {
    code: copyShader(vectors, groups),
    buffers: [from, to],
    groups: [groups],
  });
  return {
    amount: bytes,
    run: pass,
    check: async () => {
      await pass(1);
      const got = new Uint32Array(await contents(device, to));
      const wrong = new Uint32Array(bytesIn.buffer).findIndex((word, index) => word !== got[index]);
      return wrong < 0 ? null : `word ${wrong} of ${got.length} differs`;
    },
    free: () => freed([from, to]),
  };
}

export async function sumChore(device: GPUDevice, bytes: number): Promise<GpuChore> {
  const count = bytes / FLOAT_BYTES;
  const from = filled(device, inputBytes(count, "fp32"));
  const vectors = bytes / VECTOR_BYTES;
  const groups = groupsOf(vectors);
  const sums = storage(device, groups * FLOAT_BYTES);
  const pass = await passOf(device, {
    code: sumShader(vectors, groups),
    buffers: [from, sums],
    groups: [groups],
  });
  return {
    amount: bytes,
    run: pass,
    check: async () => {
      await pass(1);
      const got = new Float32Array(await contents(device, sums)).reduce(
        (sum, part) => sum + part,
        0,
      );
      let expected = 0;
      for (let index = 0; index < count; index += 1) expected += inputAt(index);
      return got === expected ? null : `the sum is ${got} and not ${expected}`;
    },
    free: () => freed([from, sums]),
  };
}

function groupsOf(vectors: number): number {
  return Math.min(GROUPS_MOST, Math.ceil(vectors / LINE));
}

function storage(device: GPUDevice, size: number): GPUBuffer {
  return device.createBuffer({ size, usage: USAGE.storage | USAGE.copySource | USAGE.copyTarget });
}

function filled(device: GPUDevice, bytes: Uint8Array<ArrayBuffer>): GPUBuffer {
  const buffer = storage(device, bytes.byteLength);
  device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}

function freed(buffers: readonly GPUBuffer[]): void {
  for (const buffer of buffers) buffer.destroy();
}

async function contents(device: GPUDevice, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const copy = device.createBuffer({ size: buffer.size, usage: USAGE.mapRead | USAGE.copyTarget });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(MAP_READ);
  const bytes = copy.getMappedRange().slice(0);
  copy.destroy();
  return bytes;
}

interface Pass {
  readonly code: string;
  readonly buffers: readonly GPUBuffer[];
  readonly groups: readonly [number, number?];
}

/**
 * Runs the kernel so many times in one pass. Gives the seconds between the device's own stamps where it has them,
 * else nothing, and the caller's clock counts.
 */
async function passOf(
  device: GPUDevice,
  { code, buffers, groups }: Pass,
): Promise<(times: number) => Promise<number | undefined>> {
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const stamps = device.features.has("timestamp-query")
    ? device.createQuerySet({ type: "timestamp", count: 2 })
    : null;
  return async (times) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass(
      stamps === null
        ? {}
        : {
            timestampWrites: {
              querySet: stamps,
              beginningOfPassWriteIndex: 0,
              endOfPassWriteIndex: 1,
            },
          },
    );
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let time = 0; time < times; time += 1) pass.dispatchWorkgroups(...groups);
    pass.end();
    if (stamps === null) {
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return undefined;
    }
    const resolved = device.createBuffer({ size: 16, usage: USAGE.resolve | USAGE.copySource });
    encoder.resolveQuerySet(stamps, 0, 2, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const [began = 0n, ended = 0n] = new BigUint64Array(await contents(device, resolved));
    resolved.destroy();
    // Stamps may be rounded against timing attacks; what they cannot tell is left to the caller's clock.
    return ended > began ? Number(ended - began) * 1e-9 : undefined;
  };
}
