/** Prices of a machine: by hand, and recovered from runs that were made up from known ones. */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { nonNegative } from "./_nonnegative.ts";
import { pricedOf } from "./_kinds.ts";
import { fitMachine, leftOut, pricesOf, PROBES, type MachineRun } from "./fit-machine.ts";
import { decodeMachine, runTime, type Kernel, type Machine } from "./machine.ts";

const ABOUT = { about: "a machine of the test", threads: 1 };

const MACHINE: Machine = {
  ...ABOUT,
  prices: { pass: [2e-6, 1e-10, 0], softmax: [3e-6, 5e-10, 0], other: [1e-6, 1e-9] },
  shared: { run: 10e-6, resultByte: 1e-9, cold: 0, coldByte: 0, farByte: 0 },
  spread: 0.1,
  runs: 3,
};

const ADD: Kernel = { operator: "Add", inputs: [[100], [100]], outputs: [[100]] };
const SOFTMAX: Kernel = { operator: "Softmax", inputs: [[4, 50]], outputs: [[4, 50]] };

test("runTime() is a run's price, each kernel's start, and the prices of its amounts", () => {
  const { time, kernels, unknown } = runTime(
    { kernels: [ADD, SOFTMAX], resultBytes: 800 },
    MACHINE,
  );
  // 2 µs and 300 values at 0.1 ns; 3 µs and 200 at 0.5 ns; 10 µs and 800 bytes at 1 ns.
  assert.deepEqual(
    kernels.map((each) => Math.round(each * 1e12)),
    [2_030_000, 3_100_000],
  );
  assert.equal(Math.round(time * 1e12), 2_030_000 + 3_100_000 + 10_000_000 + 800_000);
  assert.deepEqual(unknown, []);
});

test("runTime() names kinds that the machine was not seen to run", () => {
  const { time, unknown } = runTime(
    { kernels: [{ operator: "Resize", inputs: [[8]], outputs: [[16]] }], resultBytes: 0 },
    MACHINE,
  );
  assert.deepEqual(unknown, ["resize"]);
  assert.equal(Math.round(time * 1e12), 10_000_000 + 1_000_000 + 16_000);
});

test("pricedOf() of a product counts its multiplications, one row being its weights read once", () => {
  const product = pricedOf("MatMul", [[1, 16, 384]], [[1, 16, 1536]]);
  assert.deepEqual(product, {
    kind: "product",
    amounts: [16 * 384 * 1536, 384 * 1536, 16 * 384, 16 * 1536],
    held: 4 * 384 * 1536,
    far: 0,
  });
  const row = pricedOf("Gemm", [[1, 768], [3072]], [[1, 3072]]);
  assert.equal(row.kind, "row");
  assert.deepEqual(row.amounts, [768 * 3072, 3072]);
});

test("pricedOf() of products of activations finds the depth, turned or not", () => {
  const scores = pricedOf(
    "FusedMatMul",
    [
      [1, 12, 1, 64],
      [1, 12, 257, 64],
    ],
    [[1, 12, 1, 257]],
  );
  assert.equal(scores.amounts[0], 12 * 257 * 64);
  const mixed = pricedOf(
    "MatMul",
    [
      [1, 12, 1, 257],
      [1, 12, 257, 64],
    ],
    [[1, 12, 1, 64]],
  );
  assert.equal(mixed.amounts[0], 12 * 257 * 64);
});

test("pricedOf() tells convolutions by channel, of a pixel, of few channels and others apart", () => {
  const kindOf = (x: number[], w: number[], y: number[]) => pricedOf("Conv", [x, w], [y]).kind;
  assert.equal(kindOf([1, 32, 8, 8], [32, 1, 3, 3], [1, 32, 8, 8]), "convolution by channel");
  assert.equal(kindOf([1, 96, 1, 1], [24, 96, 1, 1], [1, 24, 1, 1]), "convolution of a pixel");
  assert.equal(kindOf([1, 3, 8, 8], [16, 3, 3, 3], [1, 16, 8, 8]), "convolution of few channels");
  assert.equal(kindOf([1, 64, 8, 8], [16, 64, 1, 1], [1, 16, 8, 8]), "convolution 1 × 1");
  assert.equal(kindOf([1, 64, 8, 8], [16, 64, 3, 3], [1, 16, 8, 8]), "convolution");
  assert.equal(kindOf([1, 129, 64], [128, 129, 3], [1, 128, 62]), "convolution unblocked");
});

test("nonNegative() finds unknowns that are not negative, and 0 for those that would be", () => {
  const row = (a: number, b: number, value: number) => ({
    terms: [
      [0, a],
      [1, b],
    ] as const,
    value,
    weight: 1,
  });
  const [x = 0, y = 0] = nonNegative([row(1, 2, 8), row(3, 1, 9), row(2, 2, 10)], 2);
  assert.ok(Math.abs(x - 2) < 1e-6 && Math.abs(y - 3) < 1e-6, `${x}, ${y}`);
  // The line through (1, 3) and (2, 1) falls; without falling, the least relative error is level.
  const [, slope = 0] = nonNegative([row(1, 1, 3), row(1, 2, 1)], 2);
  assert.equal(slope, 0);
});

test("nonNegative() recovers any prices from enough rows", () => {
  const price = fc.double({ min: 0, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(price, price, price), ([a, b, c]) => {
      const rows = [1, 2, 3, 5, 8, 13].map((n) => ({
        terms: [
          [0, 1],
          [1, n],
          [2, n * n],
        ] as const,
        value: 1 + a + b * n + c * n * n,
        weight: 1,
      }));
      const found = nonNegative(rows, 3);
      for (const { terms, value } of rows) {
        const sum = terms.reduce((all, [column, term]) => all + term * (found[column] ?? 0), 0);
        assert.ok(Math.abs(sum / value - 1) < 0.02, `${sum}, not ${value}`);
      }
    }),
    { numRuns: 50 },
  );
});

/** Runs as MACHINE would take them, of five models of more and more kernels. */
function madeUp(): readonly MachineRun[] {
  return [1, 2, 3, 4, 5].map((model) => {
    const kernels = [10, 200, 3000, 40_000, 500, 70]
      .slice(0, model + 1)
      .flatMap((values, place) => [
        { operator: "Add", inputs: [[values], [values]], outputs: [[values]] },
        {
          operator: "Softmax",
          inputs: [[4, values]],
          outputs: [[4, values * (1 + (place % model))]],
        },
      ]);
    const run = { kernels, resultBytes: 1000 * model };
    const { time, kernels: times } = runTime(run, MACHINE);
    return {
      name: `model ${model}`,
      kernels: kernels.map((kernel, index) => ({ ...kernel, time: times[index] ?? 0 })),
      processorTime: time,
      resultBytes: run.resultBytes,
    };
  });
}

test("fitMachine() of runs without noise finds the machine again, and that it is right elsewhere", () => {
  const runs = madeUp();
  const fitted = fitMachine(ABOUT, runs);
  for (const run of runs) {
    const { time } = runTime(run, fitted);
    assert.ok(Math.abs(time / run.processorTime - 1) < 0.01, `${time}, ${run.processorTime}`);
  }
  for (const [run, time] of leftOut(ABOUT, runs))
    assert.ok(Math.abs(Math.log(time / run.processorTime)) < 0.05, run.name);
  assert.equal(fitted.runs, 5);
});

test("fitMachine() with one model beside probes is as far off as such prices usually are, and as that one was", () => {
  const [small, ...others] = madeUp();
  assert.ok(small !== undefined);
  const probes = others.map((run) => ({ ...run, family: PROBES }));
  const spreadOf = (...models: readonly MachineRun[]) =>
    fitMachine(ABOUT, [...probes, ...models]).spread;
  assert.equal(spreadOf(), 0.2);
  // Four of the usual spread and one without an error; one that takes twice as long as foreseen.
  assert.ok(Math.abs(spreadOf(small) - Math.sqrt((4 * 0.04) / 5)) < 0.002);
  const slow = { ...small, processorTime: 2 * small.processorTime };
  assert.ok(Math.abs(spreadOf(slow) - Math.sqrt((4 * 0.04 + Math.LN2 ** 2) / 5)) < 0.002);
  assert.deepEqual([...leftOut(ABOUT, [...probes, small]).keys()], [small]);
});

test("pricesOf() leaves out long operators that waited for a processor", () => {
  const runs = madeUp();
  const [first] = runs;
  const long = { operator: "Add", inputs: [[4e7], [4e7]], outputs: [[4e7]] };
  const own = 2e-6 + 1.2e8 * 1e-10;
  const disturbed: MachineRun = {
    ...first!,
    kernels: [...first!.kernels, { ...long, time: 10 * own }],
    processorTime: first!.processorTime + own,
  };
  const fitted = pricesOf(ABOUT, [disturbed, ...runs.slice(1)]);
  const { time } = runTime(disturbed, fitted);
  assert.ok(
    Math.abs(time / disturbed.processorTime - 1) < 0.1,
    `${time / disturbed.processorTime}`,
  );
});

test("decodeMachine() of what was fitted is the same, and refuses a price below zero", () => {
  const json: unknown = JSON.parse(JSON.stringify(MACHINE));
  assert.deepEqual(decodeMachine(json), { ok: true, value: MACHINE });
  const wrong = decodeMachine({ ...MACHINE, prices: { pass: [-1] } });
  assert.ok(!wrong.ok);
  assert.deepEqual(wrong.error.path, ["prices", "pass", 0]);
});
