import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chosenRange } from "./_range.ts";
import { joined, spreadOf } from "./_spread.ts";

const list = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e4, max: 1e4 }), {
  minLength: 1,
  maxLength: 40,
});

test("joined() of two spreads is the spread of both lists together", () => {
  fc.assert(
    fc.property(list, list, (a, b) => {
      const apart = joined(
        spreadOf(Float32Array.from(a), null),
        spreadOf(Float32Array.from(b), null),
      );
      assert.deepEqual(apart, spreadOf(Float32Array.from([...a, ...b]), null));
    }),
  );
});

test("spreadOf() counts every number once and leaves out what is not finite", () => {
  const spread = spreadOf(Float32Array.of(-3, 0, 5, Number.NaN, Infinity), null);
  assert.deepEqual([spread.lower, spread.upper, spread.count, spread.strayCount], [-3, 5, 3, 2]);
  assert.equal(
    spread.counts.reduce((sum, each) => sum + each, 0),
    3,
  );
});

test("spreadOf() keeps mean and largest size of channels, as they stand in the tensor", () => {
  // [1, 2, 2]: channel 0 is (1, -3), channel 1 is (2, 4); along the last axis they are (1, 2) and (-3, 4).
  const values = Float32Array.of(1, -3, 2, 4);
  const first = spreadOf(values, { count: 2, inner: 2 }).channels;
  assert.deepEqual([first?.mean, first?.largest], [Float64Array.of(-1, 3), Float64Array.of(3, 4)]);
  const last = spreadOf(values, { count: 2, inner: 1 }).channels;
  assert.deepEqual([last?.mean, last?.largest], [Float64Array.of(1.5, 0.5), Float64Array.of(2, 4)]);
});

test("joined() weighs means of channels by how many numbers each saw", () => {
  const layout = { count: 1, inner: 1 };
  const one = spreadOf(Float32Array.of(8), layout);
  const three = spreadOf(Float32Array.of(1, -9, 2), layout);
  assert.deepEqual(joined(one, three).channels, {
    mean: Float64Array.of(0.5),
    largest: Float64Array.of(9),
  });
});

test("chosenRange() of all is what was seen", () => {
  const { lower, upper } = chosenRange(spreadOf(Float32Array.of(-1, 7), null), { kind: "all" });
  assert.deepEqual([lower, upper], [-1, 7]);
});

const outlier = spreadOf(
  Float32Array.from({ length: 10_001 }, (_, at) => (at === 10_000 ? 1000 : at / 10_000)),
  null,
);

test("chosenRange() of a share leaves out the outermost numbers, to a bin", () => {
  const { lower, upper } = chosenRange(outlier, { kind: "share", share: 0.999 });
  assert.equal(lower, 0);
  assert.ok(upper >= 0.9995 && upper <= 0.9995 + outlier.width, String(upper));
});

test("chosenRange() of the least error clips an outlier only where that pays", () => {
  const pays = spreadOf(
    Float32Array.from({ length: 1_000_001 }, (_, at) =>
      at === 1_000_000 ? 2 : (at % 1000) / 1000,
    ),
    null,
  );
  const { upper } = chosenRange(pays, { kind: "least error" });
  assert.ok(upper < 1.1, `rounding a million numbers weighs more than one outlier: ${upper}`);
  // The outlier of 1000 alone would cost a million, rounding the rest to steps of 4 some 7,000.
  assert.ok(chosenRange(outlier, { kind: "least error" }).upper > 900);
});
