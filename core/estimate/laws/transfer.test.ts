import assert from "node:assert/strict";
import { test } from "node:test";
import coefficients from "../../../coefficients/laws.json" with { type: "json" };
import type { Anchor, Law, Reach } from "./coefficients.ts";
import { COMPUTE_CEILING, isTimed, transferredReach, tune } from "./transfer.ts";

/** Units of 4000 FLOPs and 15 bytes a cycle. */
const whole: Anchor = {
  kind: "gpu",
  architecture: "one",
  peak: 800e12,
  bandwidth: 3e12,
  units: 100,
  clock: 2e9,
};
const other: Anchor = { ...whole, architecture: "other" };
const quarter: Anchor = { ...whole, peak: 200e12 };

const reach = (compute: number): Reach => ({ overhead: 5000, compute, memory: 0.8 });

function shareOf(compute: number, anchor: Anchor, to: Anchor): number {
  return transferredReach({ one: reach(compute) }, { one: anchor }, to).compute;
}

function near(found: number, wanted: number): void {
  assert.ok(Math.abs(found / wanted - 1) < 1e-9, `${found}, not ${wanted}`);
}

test("transferredReach() of the same unit held back to a quarter of its rate reaches four times the share", () => {
  near(shareOf(0.2, whole, quarter), 0.8);
  const { overhead, memory } = transferredReach({ one: reach(0.2) }, { one: whole }, quarter);
  assert.deepEqual([overhead, memory], [5000, 0.8]);
});

test("an overhead carries over in cycles, of decodes in time: half the clock, half the cycles", () => {
  const slow = { ...whole, clock: whole.clock / 2 };
  const carried = (isTimed: boolean) =>
    transferredReach({ one: reach(0.2) }, { one: whole }, slow, isTimed).overhead;
  assert.equal(carried(false), reach(0.2).overhead);
  assert.equal(carried(true), reach(0.2).overhead / 2);
  assert.deepEqual([isTimed({ merge: 1, block: 1 }), isTimed({ side: 1 })], [true, false]);
});

test("transferredReach() of a unit held back ends at the ceiling, and takes nothing from a share above", () => {
  near(shareOf(0.47, whole, quarter), COMPUTE_CEILING);
  near(shareOf(0.9, whole, quarter), 0.9);
});

test("transferredReach() counts rates by the unit and the cycle: fewer units, slower clocks change nothing", () => {
  const half = { ...whole, peak: 400e12, bandwidth: 1.5e12 };
  near(shareOf(0.2, whole, { ...half, units: 50 }), 0.2);
  near(shareOf(0.2, whole, { ...half, clock: 1e9 }), 0.2);
});

test("transferredReach() keeps the share of other units, of faster ones, and of those smaller in all", () => {
  near(shareOf(0.2, other, quarter), 0.2);
  near(shareOf(0.2, quarter, whole), 0.2);
  near(shareOf(0.2, whole, { ...quarter, bandwidth: 0.75e12 }), 0.2);
  near(shareOf(0.2, whole, { ...quarter, bandwidth: 1.5e12 }), 0.4);
});

test("transferredReach() of a part held back follows its own generation, not the one whose peak is as low", () => {
  const reaches = { own: reach(0.2), low: reach(0.1) };
  const anchors = { own: whole, low: { ...other, peak: quarter.peak, units: 30 } };
  const { compute } = transferredReach(reaches, anchors, quarter);
  assert.ok(compute > 0.5, `${compute}`);
});

test("the ceiling is what the fit of plain BF16 products gives the GPUs of the tables, their middle", () => {
  const shares = Object.values(coefficients.laws["matmul/bf16"].devices).map((d) => d.compute);
  const sorted = shares.toSorted((a, b) => a - b);
  const middle = ((sorted[3] as number) + (sorted[4] as number)) / 2;
  assert.equal(sorted.length, 8);
  assert.ok(Math.abs(middle - COMPUTE_CEILING) < 0.01, `${middle}`);
});

test("tune() counts loads and filling of a tile in the arithmetic of the unit held back: a quarter of it", () => {
  const spread = { short: 0.1, middle: 0.1, long: 0.1 };
  const spreads = { calibrated: spread, transferred: spread, analytic: spread };
  const shape = { side: 60, fill: 400, feed: 80 };
  const law: Law<typeof shape> = { shape, devices: { one: reach(0.2) }, spread: spreads };
  const anchors = { one: whole };
  assert.deepEqual(tune(law, anchors, "new", quarter).shape, { side: 15, fill: 100, feed: 80 });
  assert.deepEqual(tune(law, anchors, "new", other).shape, shape);
  assert.deepEqual(tune(law, anchors, "one", quarter).shape, shape);
});
