import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQuantity, type Dimension } from "./quantity.ts";

function value(text: string, dimension: Dimension): number {
  const result = parseQuantity(text, dimension);
  assert.ok(result.ok, `${text} as ${dimension}: ${JSON.stringify(result)}`);
  return result.value;
}

const SPELLINGS: readonly (readonly [string, Dimension, number])[] = [
  ["3.35TB/s", "bandwidth", 3.35e12],
  ["400Gb/s", "bandwidth", 50e9],
  ["820 GiB/s", "bandwidth", 820 * 2 ** 30],
  ["989.4 TFLOPS", "compute", 989.4e12],
  ["1,979 TOPS", "compute", 1979e12],
  ["80 GB", "size", 80e9],
  ["80 GiB", "size", 80 * 2 ** 30],
  ["200 ms", "time", 0.2],
  ["500ms", "time", 0.5],
  ["3 µs", "time", 3e-6],
  ["700 W", "power", 700],
  ["10.2 kW", "power", 10_200],
  ["5 mW", "power", 0.005],
  ["1830 MHz", "frequency", 1.83e9],
  ["12/s", "rate", 12],
  ["10/min", "rate", 10 / 60],
  ["$3.5/h", "rent", 3.5],
  ["98.32 USD/h", "rent", 98.32],
  ["$1,999", "money", 1999],
  ["475 g/kWh", "intensity", 475],
  ["0.0872 USD/kWh", "tariff", 0.0872],
  ["15 %", "fraction", 0.15],
  ["1.09", "fraction", 1.09],
  ["132", "count", 132],
  ["1 kWh", "energy", 3.6e6],
];

for (const [text, dimension, expected] of SPELLINGS) {
  test(`parseQuantity("${text}", "${dimension}") is ${expected}`, () => {
    const got = value(text, dimension);
    assert.ok(Math.abs(got / expected - 1) < 1e-12, `got ${got}`);
  });
}

test("parseQuantity() of a number without a unit lists the units allowed", () => {
  const result = parseQuantity("700", "power");
  assert.ok(!result.ok);
  assert.match(result.error.expected, /mW, W, kW/);
});

test("parseQuantity() of Gbps advises to write b or B", () => {
  const result = parseQuantity("400Gbps", "bandwidth");
  assert.ok(!result.ok);
  assert.match(result.error.expected, /Gb\/s for bits or GB\/s for bytes/);
});

test("parseQuantity() tells bits from bytes and milli from mega by case", () => {
  assert.equal(value("8 Gb/s", "bandwidth"), value("1 GB/s", "bandwidth"));
  assert.equal(value("1 MW", "power"), 1e9 * value("1 mW", "power"));
});

test("parseQuantity() refuses a unit of another dimension, a sign, and inherited names", () => {
  for (const text of ["3 GB", "-3 W", "3 toString", "3 constructor", "W", "", "1,23 W", "3 W W"]) {
    assert.ok(!parseQuantity(text, "power").ok, text);
  }
});

test("parseQuantity() refuses what is more than a number holds", () => {
  assert.equal(parseQuantity("1e400 ms", "time").ok, false);
  assert.equal(parseQuantity("1e300 ms", "time").ok, true);
});

test("parseQuantity() reads back any non-negative number written with a unit", () => {
  const number = fc.double({ min: 0, max: 1e15, noNaN: true });
  fc.assert(fc.property(number, (x) => value(`${x} W`, "power") === x));
});

test("parseQuantity() scales with its prefix", () => {
  const whole = fc.integer({ min: 1, max: 1e6 });
  fc.assert(
    fc.property(whole, (x) => {
      assert.equal(value(`${x} TB`, "size"), value(`${x * 1000} GB`, "size"));
      assert.equal(value(`${x} TiB`, "size"), value(`${x * 1024} GiB`, "size"));
    }),
  );
});

test("parseQuantity() never throws on any text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => typeof parseQuantity(text, "size").ok === "boolean"),
  );
});
