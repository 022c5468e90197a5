import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exact, lognormal } from "../interval.ts";
import { intervalText, quantityText, roundedUp, significant } from "./index.ts";

const EXAMPLES = [
  [0.0123, "time", "12.3 ms"],
  [4.2, "time", "4.20 s"],
  [119, "time", "119 s"],
  [150, "time", "2.50 min"],
  [3600 * 5, "time", "5 h"],
  [86_400 * 54, "time", "54 days"],
  [3.2e-6, "time", "3.20 µs"],
  [80e9, "size", "80 GB"],
  [999.7e6, "size", "1.00 GB"],
  [0.5, "size", "0.500 B"],
  [3.35e12, "bandwidth", "3.35 TB/s"],
  [989.4e12, "compute", "989 TFLOP/s"],
  [10_401, "power", "10.4 kW"],
  [0.31, "energy", "310 mJ"],
  [106e6, "carbon", "106 t CO2e"],
  [999.6e3, "carbon", "1.00 t CO2e"],
  [2.4e9, "carbon", "2.40 kt CO2e"],
  [999e3, "carbon", "999 kg CO2e"],
  [0.42, "money", "$0.420"],
  [0.000_000_42, "money", "$0.000000420"],
  [1_234_567, "money", "$1.23M"],
  [-3.5, "money", "-$3.50"],
  [70.6e9, "count", "70.6B"],
  [8192, "count", "8192"],
  [193_040_794_819, "count", "193B"],
  [1.9304079481676325e29, "count", "1.93e29"],
  [1.46e29, "money", "$1.46e29"],
  [312e6 * 365.25 * 86_400, "time", "3.12e8 years"],
  [0, "count", "0"],
  [0.125, "fraction", "12.5 %"],
  [1234.5, "tokenRate", "1230 tokens/s"],
  [131_072, "tokens", "131k tokens"],
] as const;

for (const [value, dimension, text] of EXAMPLES) {
  test(`quantityText() of ${value} as ${dimension} is "${text}"`, () => {
    assert.equal(quantityText(value, dimension), text);
  });
}

test("intervalText() prints three numbers in the unit of the middle one", () => {
  const interval = { p10: 0.000_9, p50: 0.001_2, p90: 0.001_6, basis: "calibrated" } as const;
  assert.equal(intervalText(interval, "time"), "1.20 ms [0.900–1.60]");
});

test("intervalText() of ends that are written alike is the middle", () => {
  const interval = { p10: 39_651, p50: 39_680, p90: 39_699, basis: "analytic" } as const;
  assert.equal(intervalText(interval, "money"), "$39.7k");
});

test("intervalText() of a certain figure is the figure", () => {
  assert.equal(intervalText(exact(2, "measured"), "time"), "2 s");
});

test("significant() keeps three digits and drops none before the point", () => {
  assert.equal(significant(12_345.6), "12300");
  assert.equal(significant(0.001_234), "0.00123");
  assert.equal(significant(9.999), "10.0");
  assert.equal(significant(NaN), "unknown");
});

test("significant() is within half a unit of the third digit", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e15, noNaN: true }), (value) => {
      const error = Math.abs(Number(significant(value)) - value) / value;
      assert.ok(error <= 0.005 + 1e-9, `${value} became ${significant(value)}`);
    }),
  );
});

test("intervalText() never prints an exponent", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e17, noNaN: true }), (value) => {
      assert.doesNotMatch(intervalText(lognormal(value, 0.3, "analytic"), "energy"), /\de[+-]?\d/u);
    }),
  );
});

test("roundedUp() to three digits is no less than the value, and what has three digits stays", () => {
  assert.equal(roundedUp(0.012341), 0.0124);
  assert.equal(roundedUp(1234.5), 1240);
  assert.equal(roundedUp(0.04), 0.04);
});
