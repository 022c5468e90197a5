import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import type { Machines } from "./compare.ts";
import { judged } from "./judged.ts";
import { publishedRatios, type PublishedRate } from "./published.ts";

function machines(name: string, count: number): Machines {
  const device = findDevice(catalogue, name);
  assert.ok(device.ok);
  return { system: systemFor(catalogue, device.value), count };
}

function rate(device: string, count: number, rate: number, workload = "w"): PublishedRate {
  return { workload, about: "a model", use: "inference", device, count, rate, source: "a table" };
}

const [ONE, OTHER] = ["h100-sxm", "a100-sxm4-80"] as const;
const pair = (count: number, other: number) => ({
  of: machines(ONE, count),
  over: machines(OTHER, other),
});

test("publishedRatios() sets the best of one beside the best of the other, on equal work alone", () => {
  const rates = [
    rate(ONE, 8, 20),
    rate(ONE, 8, 30),
    rate(OTHER, 8, 10),
    rate(OTHER, 8, 12),
    rate(OTHER, 4, 1),
    rate(ONE, 8, 99, "of one alone"),
    rate("l4", 8, 1, "of one alone"),
  ];
  const [ratio, ...more] = publishedRatios(pair(1, 1), rates);
  assert.deepEqual(more, []);
  assert.deepEqual(ratio, {
    about: "a model",
    use: "inference",
    source: "a table",
    least: 2.5,
    median: 2.5,
    most: 2.5,
    workloads: 1,
  });
});

test("publishedRatios() of unequal numbers takes figures of just those numbers", () => {
  const rates = [rate(ONE, 1, 30), rate(OTHER, 8, 60), rate(OTHER, 1, 10)];
  assert.equal(publishedRatios(pair(1, 8), rates)[0]?.median, 0.5);
  assert.equal(publishedRatios(pair(8, 1), rates).length, 0);
});

test("publishedRatios() lie in order, and turned about they are each other's inverse", () => {
  const some = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(some, some, (above, below) => {
      const rates = [
        ...above.map((each, index) => rate(ONE, 8, each, `${index}`)),
        ...below.map((each, index) => rate(OTHER, 8, each, `${index}`)),
      ];
      const [ratio] = publishedRatios(pair(8, 8), rates);
      const back = { of: machines(OTHER, 8), over: machines(ONE, 8) };
      const [inverse] = publishedRatios(back, rates);
      assert.ok(ratio !== undefined && inverse !== undefined);
      assert.equal(ratio.workloads, Math.min(above.length, below.length));
      assert.ok(ratio.least <= ratio.median && ratio.median <= ratio.most);
      assert.ok(Math.abs(ratio.least * inverse.most - 1) < 1e-9);
    }),
  );
});

const PUBLISHED = {
  about: "",
  use: "inference",
  source: "",
  least: 1,
  most: 9,
  workloads: 3,
} as const;

function verdict(times: number, most: number, median: number) {
  const answer = { p10: 1, p50: 2, p90: most, basis: "calibrated" } as const;
  return judged(times, {
    figures: [{ name: "peak bf16", ratio: 3 }],
    predicted: [{ workload: "", use: "inference", answer }],
    published: [{ ...PUBLISHED, median }],
  });
}

test("judged() holds where intervals and medians reach the number, in part where some do", () => {
  assert.equal(verdict(2, 2.5, 2.1)?.verdict, "holds");
  assert.equal(verdict(2, 2.5, 1.5)?.verdict, "holds in part");
  assert.equal(verdict(2, 1.9, 2.1)?.verdict, "holds in part");
  assert.equal(verdict(2, 1.9, 1.5)?.verdict, "does not hold");
  // Submitters of one round differ by 9 %.
  assert.equal(verdict(2, 2.5, 1.9)?.verdict, "holds");
});

test("judged() says what datasheets bound where the number lies beyond it, and nothing of what nobody knows", () => {
  assert.match(
    verdict(9, 2, 2)?.because ?? "",
    /0 of 1 .*; no ratio of their datasheets is above 3$/u,
  );
  assert.doesNotMatch(verdict(2, 2, 2)?.because ?? "", /datasheets/u);
  assert.equal(judged(2, { figures: [], predicted: [], published: [] }), null);
  const published = [{ ...PUBLISHED, median: 1 }];
  const { because } = judged(9, { figures: [], predicted: [], published }) ?? assert.fail();
  assert.equal(because, "0 of 0 predictions and 0 of 1 publications reach 9 times");
});
