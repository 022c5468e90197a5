import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../random.ts";
import { lengthsOf, source } from "./traffic.ts";
import type { Arrivals, LengthLaw } from "./types.ts";

const LAW: LengthLaw = { kind: "lognormal", mean: 1000, variation: 0.8 };
const COUNT = 40_000;

function drawn(correlation: number, input = LAW, output = LAW) {
  const draw = random(7);
  return Array.from({ length: COUNT }, () => lengthsOf({ input, output, correlation }, draw));
}

/** Pearson's coefficient of the logarithms. */
function correlationOf(pairs: ReturnType<typeof drawn>): number {
  const x = pairs.map(({ input }) => Math.log(input));
  const y = pairs.map(({ output }) => Math.log(output));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const product = mean(x.map((value, i) => (value - mx) * ((y[i] ?? 0) - my)));
  const variance = (values: readonly number[], m: number) => mean(values.map((v) => (v - m) ** 2));
  return product / Math.sqrt(variance(x, mx) * variance(y, my));
}

for (const correlation of [-0.6, 0, 0.6, 1]) {
  test(`lengthsOf() correlated by ${correlation} are log-normal lengths whose logarithms are so correlated`, () => {
    const pairs = drawn(correlation);
    assert.ok(Math.abs(correlationOf(pairs) - correlation) < 0.02, `${correlationOf(pairs)}`);
    const outputs = pairs.map(({ output }) => output);
    const mean = outputs.reduce((a, b) => a + b, 0) / COUNT;
    assert.ok(Math.abs(mean / 1000 - 1) < 0.02, `${mean}`);
    const square = outputs.reduce((a, b) => a + (b - mean) ** 2, 0) / COUNT;
    assert.ok(Math.abs(Math.sqrt(square) / mean / 0.8 - 1) < 0.05);
  });
}

test("lengthsOf() keeps each law whatever the correlation: uniform within its ends, exponential of its mean", () => {
  const pairs = drawn(
    0.5,
    { kind: "uniform", low: 10, high: 20 },
    { kind: "exponential", mean: 50 },
  );
  const counts = new Map<number, number>();
  for (const { input } of pairs) counts.set(input, (counts.get(input) ?? 0) + 1);
  assert.deepEqual(
    [...counts.keys()].toSorted((a, b) => a - b),
    [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
  );
  for (const count of counts.values()) assert.ok(Math.abs(count / (COUNT / 11) - 1) < 0.1);
  const mean = pairs.reduce((sum, { output }) => sum + output, 0) / COUNT;
  assert.ok(Math.abs(mean / 50 - 1) < 0.03, `${mean}`);
});

test("source() asserts traffic that moves on: a rate, a shape and a period above zero", () => {
  const lengths = { kind: "fixed", mean: 1 } as const;
  const rest = { input: lengths, output: lengths, cached: 0, requests: 2, warmup: 0 };
  const still: readonly Arrivals[] = [
    { kind: "poisson", rate: 0 },
    { kind: "poisson", rate: NaN },
    { kind: "weibull", rate: 1, shape: 0 },
    { kind: "diurnal", rate: 1, swing: 0.5, period: 0 },
  ];
  for (const arrivals of still) assert.throws(() => source({ ...rest, arrivals }, 1));
});
