import assert from "node:assert/strict";
import { test } from "node:test";
import { headroom, operatorBytes, operatorFlops, type Ceilings } from "./headroom.ts";
import type { OperatorTime } from "./runner.ts";

type Dims = readonly (readonly number[])[];

function operator(name: string, inputs: Dims, outputs: Dims, bytes = 0): OperatorTime {
  return { name, operator: name, time: 1e-3, inputs, outputs, bytes };
}

test("operatorFlops() of a product are 2·m·k·n, with or without its weights listed", () => {
  const listed = operator(
    "MatMul",
    [
      [1, 40, 120],
      [120, 360],
    ],
    [[1, 40, 360]],
  );
  const packed = operator("MatMul", [[1, 40, 120]], [[1, 40, 360]]);
  assert.equal(operatorFlops(listed), 2 * 40 * 120 * 360);
  assert.equal(operatorFlops(packed), 2 * 40 * 120 * 360);
});

test("operatorFlops() of a product whose first is laid the other way, or shared by a batch", () => {
  const turned = operator(
    "FusedMatMul",
    [
      [8, 64, 40],
      [8, 64, 30],
    ],
    [[8, 40, 30]],
  );
  const shared = operator(
    "MatMul",
    [
      [5, 7],
      [3, 7, 2],
    ],
    [[3, 5, 2]],
  );
  assert.equal(operatorFlops(turned), 2 * 8 * 40 * 64 * 30);
  assert.equal(operatorFlops(shared), 2 * 3 * 5 * 7 * 2);
});

test("operatorFlops() of ResNet-50's first convolution are 236 million", () => {
  const first = operator("Conv", [[1, 3, 224, 224], [64, 3, 7, 7], [64]], [[1, 64, 112, 112]]);
  assert.equal(operatorFlops(first), 236_027_904);
});

test("operatorFlops() of a depthwise convolution count its own channel alone", () => {
  const depthwise = operator(
    "Conv",
    [
      [1, 32, 10, 10],
      [32, 1, 3, 3],
    ],
    [[1, 32, 10, 10]],
  );
  assert.equal(operatorFlops(depthwise), 2 * 3200 * 9);
});

test("operatorFlops() of a transposed convolution count each input value", () => {
  const up = operator(
    "ConvTranspose",
    [
      [1, 24, 160, 160],
      [24, 1, 2, 2],
    ],
    [[1, 1, 320, 320]],
  );
  assert.equal(operatorFlops(up), 2 * 24 * 160 * 160 * 4);
});

test("operatorFlops() of an LSTM are those of both its matrices, a step and a sample each", () => {
  const lstm = operator(
    "LSTM",
    [
      [5, 2, 10],
      [1, 80, 10],
      [1, 80, 20],
    ],
    [[5, 1, 2, 20]],
  );
  assert.equal(operatorFlops(lstm), 2 * 5 * 2 * (80 * 10 + 80 * 20));
});

test("operatorFlops() of attention are scores and values, and a projection where it has one", () => {
  const plain = operator(
    "MultiHeadAttention",
    [
      [1, 6, 32],
      [1, 9, 32],
    ],
    [[1, 6, 32]],
  );
  const whole = operator(
    "Attention",
    [
      [1, 6, 32],
      [32, 96],
    ],
    [[1, 6, 32]],
  );
  assert.equal(operatorFlops(plain), 4 * 6 * 9 * 32);
  assert.equal(operatorFlops(whole), 2 * 6 * 32 * 96 + 4 * 6 * 6 * 32);
});

test("operatorFlops() of an addition is none", () => {
  assert.equal(operatorFlops(operator("Add", [[10], [10]], [[10]])), 0);
});

test("operatorBytes() add the weights of a product that the engine keeps to itself", () => {
  const packed = operator("MatMul", [[40, 120]], [[40, 360]], 76_800);
  const biased = operator("Gemm", [[40, 120], [360]], [[40, 360]], 1000);
  const listed = operator(
    "MatMul",
    [
      [40, 120],
      [120, 360],
    ],
    [[40, 360]],
    1000,
  );
  assert.equal(operatorBytes(packed), 76_800 + 4 * 120 * 360);
  assert.equal(operatorBytes(biased), 1000 + 4 * 120 * 360);
  assert.equal(operatorBytes(listed), 1000);
});

test("operatorBytes() of a new shape are none, of a gather what it gives", () => {
  assert.equal(operatorBytes(operator("Reshape", [[100]], [[10, 10]], 800)), 0);
  const rows = operator(
    "Gather",
    [
      [30_000, 384],
      [1, 128],
    ],
    [[1, 128, 384]],
    46_276_608,
  );
  assert.equal(operatorBytes(rows), 2 * 4 * 128 * 384);
});

const CEILINGS: Ceilings = {
  fp32: 100e9,
  int8: 400e9,
  bandwidths: [
    { size: 1e6, rate: 40e9 },
    { size: 1e8, rate: 10e9 },
  ],
};

test("headroom() of a large product is bound by arithmetic: 2·1024³ at 100 GFLOP/s are 21.5 ms", () => {
  const sides = [1024, 1024];
  const product = operator("MatMul", [sides, sides], [sides], 3 * 4 * 1024 ** 2);
  const [found] = headroom({ operators: [product], total: 1 }, CEILINGS);
  assert.equal(found?.limit, "compute");
  assert.equal(found?.roof, (2 * 1024 ** 3) / 100e9);
});

test("headroom() of 8-bit products asks for their own ceiling", () => {
  const sides = [1024, 1024];
  const product = operator("MatMulInteger", [sides, sides], [sides], 6e6);
  const [found] = headroom({ operators: [product], total: 1 }, CEILINGS);
  assert.equal(found?.roof, (2 * 1024 ** 3) / 400e9);
});

test("headroom() of what only moves takes the bandwidth of the cache it fits", () => {
  const small = operator("Add", [[1]], [[1]], 1e6);
  const large = { ...operator("Mul", [[1]], [[1]], 1e9), time: 1 };
  const found = headroom({ operators: [small, large], total: 1 }, CEILINGS);
  assert.deepEqual(
    found.map(({ operator: kind, roof, limit }) => [kind, roof, limit]),
    [
      ["Mul", 1e9 / 10e9, "memory"],
      ["Add", 1e6 / 40e9, "memory"],
    ],
  );
});
