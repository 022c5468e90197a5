import assert from "node:assert/strict";
import { test } from "node:test";
import coefficients from "../../../coefficients/laws.json" with { type: "json" };
import { numerics } from "../../model/index.ts";
import type { Convolution, Operator } from "../../operators/index.ts";
import { device } from "../fixtures/round.ts";
import { arrayPadding, weightBytes } from "./_array.ts";
import { compiled, decodeLaws, operatorTime, target, type Target } from "./index.ts";

/** AMD PG338, table of architectures: 8 pixels, 16 channels in, 16 out are 4096 operations a cycle. */
const B4096 = { inputs: 16, outputs: 16, pixels: 8 };

function layer(channelsIn: number, channelsOut: number, side: number, groups = 1): Convolution {
  const named = numerics("int8-all");
  assert.ok(named.ok);
  const { linear: weights, activations, compute } = named.value;
  return {
    kind: "convolution",
    m: 56 * 56,
    n: channelsOut / groups,
    k: (channelsIn / groups) * side * side,
    groups,
    kernel: [side, side],
    compute: compute.linear,
    weights,
    activations,
  };
}

test("arrayPadding() of channels that fill the array is 1", () => {
  assert.equal(arrayPadding(layer(64, 128, 3), B4096, 1), 1);
});

test("arrayPadding() of 24 channels out on 16 columns is 32 over 24", () => {
  assert.equal(arrayPadding(layer(64, 24, 1), B4096, 1), 32 / 24);
});

test("arrayPadding() lays the three columns of a kernel on RGB beside each other: 16 rows for 9 values", () => {
  assert.equal(arrayPadding(layer(3, 64, 3), B4096, 1), (3 * 16) / 27);
});

test("arrayPadding() of a depthwise layer uses one input of each column", () => {
  assert.equal(arrayPadding(layer(64, 64, 3, 64), B4096, 1), 16);
});

test("arrayPadding() counts pixels by the image: 49 in eights are 56", () => {
  assert.equal(arrayPadding({ ...layer(64, 64, 1), m: 49 * 3 }, B4096, 3), 56 / 49);
});

test("weightBytes() counts the weights of every group, and each channel meets its own group's alone", () => {
  assert.equal(weightBytes(layer(64, 128, 3)), 64 * 128 * 9);
  assert.equal(weightBytes(layer(64, 128, 3, 4)), (64 * 128 * 9) / 4);
});

function board(engines: number, together?: number): Target {
  const laws = decodeLaws(coefficients);
  assert.ok(laws.ok);
  const array = together === undefined ? B4096 : { ...B4096, together };
  const rate = engines * 4096 * 300e6;
  const made = target(
    {
      device: {
        ...device,
        kind: "fpga",
        peak: { int8: rate, bf16: rate / 2 },
        units: engines,
        clock: 300e6,
        cache: 600e3 * engines,
        memory: { bandwidth: 19.2e9, capacity: 8e9 },
        array,
      },
      perHost: 1,
      network: 1e9,
      graphs: true,
    },
    laws.value,
  );
  assert.ok(!("kind" in made));
  return made;
}

function convolution(samples: number): Operator {
  const work = { ...layer(256, 256, 3), m: samples * 28 * 28 };
  const pixels = samples * 28 * 28 * 256;
  return {
    name: "conv",
    group: "convolution",
    count: 1,
    work,
    flops: 2 * work.m * work.n * work.k,
    read: pixels + work.n * work.k,
    written: pixels,
  };
}

test("operatorTime() on an array: one image keeps one engine of three busy", () => {
  const one = operatorTime(convolution(1), compiled(board(3, 1), 1));
  const three = operatorTime(convolution(3), compiled(board(3, 1), 3));
  assert.ok(Math.abs(one.compute / three.compute - 1) < 1e-9);
  assert.ok(three.time < 3 * one.time);
});

test("operatorTime() on an array: 0.92 GFLOP at 80 % of 1.2 TOPS are 0.94 ms", () => {
  const { compute } = operatorTime(convolution(1), compiled(board(1), 1));
  assert.ok(Math.abs(compute - (2 * 784 * 256 * 2304) / (0.8 * 4096 * 300e6)) < 1e-9);
});

test("operatorTime() on an array: engines that share weights read them once for all", () => {
  const apart = operatorTime(convolution(30), compiled(board(3, 1), 30));
  const shared = operatorTime(convolution(30), compiled(board(3), 30));
  assert.ok(shared.memory < apart.memory);
});

test("operatorTime() on an array: engines faster than their port multiply two rows of it a cycle", () => {
  const slow = board(1);
  const wide = { inputs: 64, outputs: 64, pixels: 1 };
  const rate = 10 * 2 * 64 * 64 * 300e6;
  const fast: Target = {
    ...slow,
    device: { ...slow.device, array: wide },
    formats: { ...slow.formats, int8: { precision: "int8", peak: rate } },
  };
  const { compute } = operatorTime(convolution(1), compiled(fast, 1));
  const fed = 2 * 2 * 64 * 64 * 300e6;
  assert.ok(Math.abs(compute - (2 * 784 * 256 * 2304) / (0.8 * fed)) < 1e-9);
});

test("operatorTime() on an array: an addition passes the port of its engine, 32 bytes a cycle", () => {
  const work = { kind: "elementwise", elements: 960_000 } as const;
  const flops = { flops: 0, read: 640_000, written: 320_000 };
  const sum: Operator = { name: "sum", group: "pointwise", count: 1, work, ...flops };
  const { memory } = operatorTime(sum, compiled(board(1), 1));
  assert.ok(Math.abs(memory - 960_000 / (300e6 * 32)) < 1e-12);
});

test("operatorTime() on an array whose sums go through memory: 960 kB at 1.5 GB/s, and 500 cycles a layer for 3000", () => {
  const plain = board(1);
  const low: Target = {
    ...plain,
    device: { ...plain.device, array: { ...B4096, sums: 1.5e9 } },
  };
  const work = { kind: "elementwise", elements: 960_000 } as const;
  const flops = { flops: 0, read: 640_000, written: 320_000 };
  const sum: Operator = { name: "sum", group: "pointwise", count: 1, work, ...flops };
  const { memory, overhead } = operatorTime(sum, compiled(low, 1));
  assert.ok(Math.abs(memory - 960_000 / 1.5e9) < 1e-12);
  assert.ok(Math.abs(overhead - 500 / 300e6) < 1e-15);
  const [each, beside] = [plain, low].map((on) => operatorTime(convolution(1), compiled(on, 1)));
  assert.ok(Math.abs((each?.overhead ?? 0) - 6 * (beside?.overhead ?? 0)) < 1e-12);
});

test("arrayPadding() of a depthwise layer beside the products is that of its places alone", () => {
  const beside = { ...B4096, sums: 1.5e9 };
  assert.equal(arrayPadding(layer(64, 64, 3, 64), beside, 1), 1);
  assert.equal(arrayPadding({ ...layer(64, 64, 3, 64), m: 49 }, beside, 1), 56 / 49);
});

test("arrayPadding() of a depthwise layer with several outputs a channel fills the columns with all of them", () => {
  const eight = { ...layer(64, 64, 3, 64), n: 8, groups: 3, k: 49, kernel: [7, 7] };
  assert.equal(arrayPadding(eight, B4096, 1), (16 * 32) / 24);
});

test("operatorTime() on an array: a depthwise layer beyond its window is a host's core's, a nanosecond a product", () => {
  const made = board(2);
  const on = (window: number): Target => ({
    ...made,
    device: { ...made.device, array: { ...B4096, window } },
  });
  const work = { ...layer(64, 64, 7, 64), m: 4 * 56 * 56 };
  const flops = 2 * work.m * 64 * 49;
  const layer7: Operator = { ...convolution(4), work, flops };
  const { time } = operatorTime(layer7, compiled(on(5), 4));
  assert.ok(Math.abs(time - (1e-9 * work.m * 64 * 49) / 2) < 1e-12);
  assert.ok(operatorTime(layer7, compiled(on(7), 4)).time < time / 10);
});

test("operatorTime() on an array whose engines pass over tensors by themselves: 960 kB at 4 GB/s, layers as before", () => {
  const plain = board(1);
  const own: Target = { ...plain, device: { ...plain.device, array: { ...B4096, passes: 4e9 } } };
  const work = { kind: "elementwise", elements: 960_000 } as const;
  const pool: Operator = {
    name: "pool",
    group: "pointwise",
    count: 1,
    work,
    flops: 0,
    read: 640_000,
    written: 320_000,
  };
  const { memory } = operatorTime(pool, compiled(own, 1));
  assert.ok(Math.abs(memory - 960_000 / 4e9) < 1e-12);
  const products = [plain, own].map((on) => operatorTime(convolution(1), compiled(on, 1)).time);
  assert.equal(products[0], products[1]);
});

test("arrayPadding() on engines of square kernels computes 1 × 7 as 7 × 7, and what is larger as it is", () => {
  const wide = { ...layer(128, 128, 1), k: 128 * 7, kernel: [1, 7] };
  assert.equal(arrayPadding(wide, B4096, 1), 1);
  assert.equal(arrayPadding(wide, { ...B4096, square: 7 }, 1), 7);
  assert.equal(arrayPadding(wide, { ...B4096, square: 6 }, 1), 1);
  assert.equal(arrayPadding(layer(64, 128, 3), { ...B4096, square: 7 }, 1), 1);
});
