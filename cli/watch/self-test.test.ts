import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lane } from "../../measure/lanes/index.ts";
import { FAKE_GPU, fakeLane } from "../_fake-lanes.ts";
import { alertsOf } from "./alerts.ts";
import { fakeMachine } from "./_fake-machine.ts";
import type { Reading } from "./reading.ts";
import { partsOf, reachedRatios, type Reached } from "./self-test.ts";
import { watch } from "./watch.ts";

const lane = (rate: number, more: Partial<Lane> = {}) =>
  fakeLane(rate, { threads: 2, size: 512, clock: "wall", ...more });

const read = { what: "read", precision: null } as const;
const BEFORE: Reached = {
  lanes: [lane(50), lane(100), lane(8, read), lane(999, { sustained: 1 })],
  gpus: [
    { gpu: { ...FAKE_GPU, isSoftware: true, by: "WebGPU" }, lanes: [lane(1)] },
    { gpu: FAKE_GPU, lanes: [lane(1000)] },
    { gpu: FAKE_GPU, lanes: [lane(1000)] },
  ],
  waited: 0.01,
};

function valuesOf(readings: readonly Reading[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    readings.map(({ name, labels, value }) => [
      name.endsWith("waited_ratio") ? "waited" : `${labels["device"]} ${labels["work"]}`,
      value,
    ]),
  );
}

test("reachedRatios() is the fastest burst over the fastest written down, by device and work", () => {
  const now: Reached = {
    lanes: [lane(20), lane(60), lane(9, read)],
    gpus: [
      { gpu: FAKE_GPU, lanes: [lane(1100)] },
      { gpu: FAKE_GPU, lanes: [lane(500)] },
    ],
    waited: 0.02,
  };
  assert.deepEqual(valuesOf(reachedRatios(now, BEFORE)), {
    waited: 0.02,
    "processor matmul fp32": 0.6,
    "processor read": 1.125,
    "H100 by CUDA 0 matmul fp32": 1.1,
    "H100 by CUDA 1 matmul fp32": 0.5,
  });
});

test("reachedRatios() of a busy machine is none, and 0 of a GPU that is gone", () => {
  const now = { ...BEFORE, gpus: BEFORE.gpus.slice(0, 2) };
  assert.deepEqual(valuesOf(reachedRatios({ ...now, waited: 0.4 }, BEFORE)), { waited: 0.4 });
  const found = valuesOf(reachedRatios(now, BEFORE));
  assert.equal(found["H100 by CUDA 0 matmul fp32"], 1);
  assert.equal(found["H100 by CUDA 1 any"], 0);
});

test("partsOf() lanes are what measured them, a GPU that is played left out", () => {
  assert.deepEqual(partsOf(BEFORE), ["wasm", "cuda"]);
  assert.deepEqual(partsOf({ ...BEFORE, lanes: [lane(1, { method: "onnxruntime" })] }), [
    "native",
    "cuda",
  ]);
});

/** Rules that stand, in each of some samples, with self-tests that find what `found` says in turn. */
async function watched(
  found: readonly (number | string | null)[],
  use = "0",
): Promise<{ readonly runs: number; readonly rules: readonly string[] }> {
  const machine = fakeMachine();
  machine.programs = [["rocm-smi", "--json", `{"card0":{"GPU use (%)":"${use}"}}`]];
  const rules: string[] = [];
  let runs = 0;
  await watch({
    machine,
    every: 0.001,
    samples: 4,
    history: null,
    selfTest: {
      every: 86_400,
      run: async () => {
        const value = found[runs] ?? null;
        runs += 1;
        if (typeof value === "string") return value;
        if (value === null) return [];
        const labels = { device: "processor", work: "read" };
        return [{ name: "tenlane_self_test_ratio", labels, value }];
      },
    },
    port: null,
    stop: new AbortController().signal,
    raise: ({ rule }) => {
      rules.push(rule);
      machine.at += 3_600_000;
      machine.elapsed += 3600;
    },
  });
  return { runs, rules };
}

test("watch() tests itself once a day, and says what is slower than it was", async () => {
  assert.deepEqual(await watched([0.79]), { runs: 1, rules: ["slower than it was"] });
  assert.deepEqual(await watched([0.81]), { runs: 1, rules: [] });
});

test("watch() tries a self-test again in an hour that failed or could not be judged", async () => {
  const failed = { runs: 2, rules: ["self-test not judged"] };
  assert.deepEqual(await watched([null, 1]), failed);
  assert.deepEqual(await watched(["killed", 1]), failed);
});

test("watch() leaves a GPU alone that is at work for others", async () => {
  assert.deepEqual(await watched([1], "97"), { runs: 0, rules: ["self-test not judged"] });
});

test("alertsOf() a self-test that reached nothing is critical", () => {
  const labels = { device: "H100 by CUDA 0", work: "any" };
  const readings = [{ name: "tenlane_self_test_ratio", labels, value: 0 }];
  assert.equal(alertsOf([{ at: 0, elapsed: 0, readings }])[0]?.severity, "critical");
});
