import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../../catalogue/index.ts";
import { device } from "../fixtures/round.ts";
import { SHIPPED_LAWS } from "../coefficients.ts";
import { deviceTraits } from "../traits.ts";
import { draws, likelyRating, usualFormat } from "./index.ts";

const power = { idle: 0.25, busy: 0.4, compute: 1, memory: 50e-12 };
const laws = { ...SHIPPED_LAWS, power };

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.abs(expected), `${actual} ≠ ${expected}`);
}

test("draws() of 1 PFLOP/s at 0.8 pJ and 4 TB/s at 50 pJ, half of each in use: 400 W and 100 W", () => {
  const { worked } = draws({ compute: 0.5, memory: 0.5, busy: 1 }, device, 1000, laws);
  near(worked, 500);
});

test("draws() all the time what is stated of a device that waits, else a share of its rating; and while kernels run", () => {
  const half = { compute: 0, memory: 0, busy: 0.5 };
  near(draws(half, device, 1000, laws).steady, 100 + 200);
  near(draws(half, { ...device, power: { max: 1000 } }, 1000, laws).steady, 250 + 200);
});

test("draws() nothing for an array that runs but neither computes nor reads, beyond what it draws all the time", () => {
  const array: Device = { ...device, kind: "asic" };
  near(draws({ compute: 0, memory: 0, busy: 1 }, array, 1000, laws).steady, 100);
});

test("usualFormat() of a device that multiplies FP8 alone is FP8, by which its traits and its rating go", () => {
  const rates = { bf16: { bf16: 1e15, int8: 2e15, fp8: 3e15 }, int8: { int8: 1e15, fp8: 2e15 } };
  const narrow: Device = { ...device, peak: { fp8: 1e15, fp4: 2e15 } };
  const usual = (peak: Device["peak"]) => usualFormat({ ...device, peak })?.precision;
  assert.deepEqual(
    [usual(rates.bf16), usual(rates.int8), usual(narrow.peak)],
    ["bf16", "int8", "fp8"],
  );
  assert.equal(usual({}), undefined);
  const asFast: Device = { ...device, peak: { bf16: 1e15, fp4: 2e15 } };
  assert.deepEqual(deviceTraits(narrow), deviceTraits(asFast));
  assert.equal(likelyRating(narrow), likelyRating(asFast));
});

test("likelyRating() is null of a device without a rate, whose arithmetic then draws what it is rated", () => {
  const bare: Device = { ...device, peak: {}, power: { max: 600 } };
  assert.equal(likelyRating(bare), null);
  near(draws({ compute: 0.5, memory: 0, busy: 0 }, bare, 600, laws).worked, 300);
});
