import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runner, Throughput } from "../../core/optimise/index.ts";
import { ONE_THREAD } from "./_samples.ts";
import { measureModel, type Question } from "./measure-model.ts";

function throughput(median: number, energy?: number): Throughput {
  const timing = {
    median,
    p95: 2 * median,
    p99: 3 * median,
    least: median / 2,
    cpu: median,
    runs: 10,
    bytesResident: 1000 * median,
  };
  return { itemsPerSecond: 1 / median, timing, ...(energy === undefined ? {} : { energy }) };
}

/** Answers in their order; no profile. */
function runner(answers: readonly (Throughput | string)[]): Runner {
  const left = [...answers];
  const none = () => Promise.reject(new Error("not asked"));
  return {
    outputs: none,
    compare: none,
    profile: async () => ({ kind: "failed", reason: "error", message: "none" }),
    throughput: async () => {
      const next = left.shift() ?? "nothing left";
      return typeof next === "string"
        ? { kind: "failed", reason: "memory", message: next }
        : { kind: "done", value: next };
    },
  };
}

const QUESTION: Question = {
  model: new Uint8Array(),
  session: ONE_THREAD,
  feeds: [],
  loads: [],
  budget: 10,
  reached: null,
  reach: () => undefined,
};

const FIVE = [3, 1, 5, 2, 4].map((median) => throughput(median));

test("measureModel() takes the middle of five processes, and the least of all", async () => {
  const answer = await measureModel(runner(FIVE), QUESTION);
  assert.ok(answer.kind === "done");
  assert.deepEqual(answer.value.latency, {
    median: 3,
    p95: 6,
    p99: 9,
    least: 0.5,
    cpu: 3,
    runs: 50,
    bytesResident: 5000,
  });
  assert.equal(answer.value.energy, null);
  assert.equal(answer.value.profile, null);
});

test("measureModel() takes the middle of what processes drew", async () => {
  const drawn = [4, 9, 5, 6, 7].map((joules) => throughput(1, joules));
  const answer = await measureModel(runner(drawn), QUESTION);
  assert.ok(answer.kind === "done");
  assert.equal(answer.value.energy, 6);
});

test("measureModel() of a model that does not run is the engine's answer", async () => {
  const answer = await measureModel(runner(["too large"]), QUESTION);
  assert.deepEqual(answer, { kind: "failed", reason: "memory", message: "too large" });
});

test("measureModel() lists a load that fails, and goes on", async () => {
  const load = { batch: 64, instances: 2, threads: 1, feeds: [] };
  const loads = [load, { ...load, batch: 1 }];
  const shares: number[] = [];
  const reach = (share: number) => void shares.push(share);
  const answers = runner([...FIVE, "too large", throughput(7)]);
  const answer = await measureModel(answers, { ...QUESTION, loads, reach });
  assert.ok(answer.kind === "done");
  assert.deepEqual(
    answer.value.loads.map(({ batch, result }) => [batch, result.kind]),
    [
      [64, "failed"],
      [1, "done"],
    ],
  );
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
  assert.equal(shares.at(-1), 1);
});

test("measureModel() of runs of three seconds ends in time, and lists what was left out", async () => {
  let clock = 0;
  const slow: Runner = {
    ...runner([]),
    throughput: async ({ items = 1 }) => {
      clock += 1.5 + 2 * 3 * items;
      return { kind: "done", value: throughput(3 * items) };
    },
    profile: () => assert.fail("no time for a profile"),
  };
  const load = { batch: 1, instances: 1, threads: 1, feeds: [] };
  const loads = [load, { ...load, batch: 8 }];
  const answer = await measureModel(slow, { ...QUESTION, budget: 20, loads, now: () => clock });
  assert.ok(answer.kind === "done");
  assert.equal(answer.value.repeats.length, 2);
  const [small, large] = answer.value.loads;
  assert.equal(small?.result.kind, "done");
  assert.ok(large?.result.kind === "failed");
  assert.match(large.result.message, /^left out: it takes some 5\d s, of \d s that are left$/u);
  assert.equal(answer.value.profile, null);
  assert.ok(clock <= 1.5 * 20, `${clock} s`);
});

/** Of one product of 2 MFLOP in 1 ms; the ceilings' own products take 2.68 ms for 268 MFLOP. */
function profiling(): Runner {
  const product = { name: "p", operator: "MatMul", time: 1e-3, inputs: [[100, 100]] };
  const probe = (name: string) => ({ ...product, name, least: 2 * 512 ** 3 * 1e-11, outputs: [] });
  const relus = [18, 22, 28].map((power) => ({ ...probe(`relu-${2 ** power}`), least: 1e-6 }));
  const answers = [
    { operators: [{ ...product, outputs: [[100, 100]] }], total: 2e-3 },
    { operators: [probe("float"), probe("whole"), ...relus], total: 1 },
  ];
  return {
    ...runner(FIVE),
    profile: async () => {
      const value = answers.shift();
      assert.ok(value !== undefined);
      return { kind: "done", value };
    },
  };
}

test("measureModel() sets operators beside the ceilings of a short run", async () => {
  const answer = await measureModel(profiling(), QUESTION);
  assert.ok(answer.kind === "done" && answer.value.profile !== null);
  const { ceilings, operators } = answer.value.profile;
  assert.ok(Math.abs(ceilings.fp32 - 1e11) < 1);
  assert.equal(ceilings.bandwidths[0]?.rate, 2 ** 18 / 1e-6);
  assert.ok(Math.abs((operators[0]?.roof ?? 0) - 2e6 / 1e11) < 1e-9);
});

test("measureModel() takes a ceiling that was reached before where it is higher", async () => {
  const reached = { fp32: 4e11, int8: 1e9 };
  const answer = await measureModel(profiling(), { ...QUESTION, reached });
  assert.ok(answer.kind === "done" && answer.value.profile !== null);
  const { fp32, int8 } = answer.value.profile.ceilings;
  assert.equal(fp32, 4e11);
  assert.ok(int8 !== null && Math.abs(int8 - 1e11) < 1);
});
