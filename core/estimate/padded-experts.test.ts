import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../catalogue/index.ts";
import { type GroupedMatmul, type Operator, SINGLE_DEVICE } from "../operators/index.ts";
import { SHIPPED_LAWS } from "./coefficients.ts";
import { fitted } from "./fixtures/round.ts";
import { operatorTime, target, type Target } from "./laws/index.ts";
import { timeAside } from "./padded-experts.ts";

const BLACKWELL: Device = { ...fitted, peak: { bf16: 2e15, fp8: 4e15, fp4: 8e15 } };
const TILES = { rowsAside: { rows: 128, vendor: "Maker" } };

function on(device: Device): Target {
  const made = target({ device, perHost: 8, network: 50e9, graphs: true }, SHIPPED_LAWS);
  assert.ok(!("kind" in made));
  return made;
}

const FP8 = { name: "fp8-block", bits: 8 };
/** Values of one expert: three matrices of 4,096 by 1,536. */
const VALUES = 3 * 4096 * 1536;

/** `tokens`, each of which picks 8 of 128 experts, on one of `expert` devices that share them. */
function routed(tokens: number, expert = 1, weights = FP8): Operator {
  const pairs = (tokens * 8) / expert;
  const work: GroupedMatmul = {
    kind: "grouped-matmul",
    pairs,
    experts: 128 / expert,
    touched: Math.min(pairs, 128 / expert),
    tokens,
    hidden: 4096,
    intermediate: 1536,
    gated: true,
    compute: "fp8",
    weights,
    activations: { name: "bf16", bits: 16 },
  };
  const flops = 2 * pairs * VALUES;
  const name = "experts/routed";
  return { name, group: "experts", count: 1, work, flops, read: 1e9, written: 1e4 * pairs };
}

function rowsOf(operator: Operator, parallel = SINGLE_DEVICE, device = BLACKWELL): number {
  return timeAside(operator, TILES, parallel, on(device)).operator.flops / (2 * VALUES);
}

test("timeAside() of 8 tokens computes a tile of 128 rows for each of 128 experts", () => {
  assert.equal(rowsOf(routed(8)), Math.ceil((64 + 128 * 127) / 128) * 128);
});

test("timeAside() computes the pairs of all devices that share the experts: 16 of 128 here, all 65,536 rows", () => {
  const parallel = { ...SINGLE_DEVICE, tensor: 8, expert: 8 };
  assert.equal(rowsOf(routed(8192, 8), parallel), 65_536 + Math.ceil((16 * 127) / 128) * 128);
});

test("timeAside() reads and writes what the rows hold: 10 KB more of each", () => {
  const operator = routed(8);
  const { read, written } = timeAside(operator, TILES, SINGLE_DEVICE, on(BLACKWELL)).operator;
  const more = 1e4 * (16_384 - 64);
  assert.ok(Math.abs(written - (operator.written + more)) < 1e-3);
  assert.ok(Math.abs(read - (operator.read + more)) < 1e-3);
});

test("timeAside() of experts without a gate is a product of two matrices of each", () => {
  const operator = routed(8);
  const work = { ...(operator.work as GroupedMatmul), gated: false };
  const aside = timeAside({ ...operator, work }, TILES, SINGLE_DEVICE, on(BLACKWELL)).operator.work;
  assert.ok(aside.kind === "matmul");
  assert.deepEqual([aside.n, aside.k], [2 * 1536, 4096]);
});

test("timeAside() is a dense product's where nothing reads scales, and 0.4 of its rate where units do", () => {
  const many = routed(16_384);
  const dense = (device: Device) => {
    const m = rowsOf(many);
    const { read, written } = timeAside(many, TILES, SINGLE_DEVICE, on(device)).operator;
    const { hidden, intermediate, compute, weights, activations } = many.work as GroupedMatmul;
    const n = 3 * intermediate;
    const format = { compute, weights, activations };
    const work = { kind: "matmul", m, n, k: hidden, batch: 1, ...format } as const;
    return operatorTime({ ...many, work, flops: 2 * m * VALUES, read, written }, on(device)).time;
  };
  const aside = (device: Device) => timeAside(many, TILES, SINGLE_DEVICE, on(device)).time;
  assert.equal(aside(fitted), dense(fitted));
  const slower = aside(BLACKWELL) / dense(BLACKWELL);
  assert.ok(slower > 2 && slower < 2.6, `${slower}`);
});

test("timeAside() is the operator's own of fewer tokens than rows without scaled units, of other makers, formats, engines", () => {
  const isOwn = (operator: Operator, device: Device, engine: Parameters<typeof timeAside>[1]) => {
    const { time } = timeAside(operator, engine, SINGLE_DEVICE, on(device));
    return time === operatorTime(operator, on(device)).time;
  };
  assert.equal(isOwn(routed(127), fitted, TILES), true);
  assert.equal(isOwn(routed(128), fitted, TILES), false);
  assert.equal(isOwn(routed(127), BLACKWELL, TILES), false);
  assert.equal(isOwn(routed(8, 1, { name: "fp8", bits: 8 }), BLACKWELL, TILES), true);
  assert.equal(isOwn(routed(8), { ...BLACKWELL, vendor: "Other" }, TILES), true);
  assert.equal(isOwn(routed(8), BLACKWELL, {}), true);
  const work = { ...(routed(128).work as GroupedMatmul), intermediate: 1600 };
  assert.equal(isOwn({ ...routed(128), work }, fitted, TILES), true);
  const { link: _, ...card } = BLACKWELL;
  assert.equal(isOwn(routed(8), card, TILES), true);
  assert.equal(isOwn(routed(128), { ...fitted, peak: { bf16: 1e15 } }, TILES), true);
});
