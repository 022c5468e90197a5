import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeLane } from "./_fake-lanes.ts";
import { displayWidth } from "./display-width.ts";
import { lanesAnswer, type Answered } from "./lanes-answer.ts";
import type { Lane } from "../measure/lanes/index.ts";

const lane = (given: Partial<Lane>, rate: number) =>
  fakeLane(rate, {
    method: "wasm scalar",
    rate: { p10: 0.9 * rate, p50: rate, p90: 1.1 * rate, basis: "measured" },
    ...given,
  });

const ANSWER: Answered = {
  machine: {
    name: { value: "Abacus 7", from: "a test" },
    vendor: null,
    flags: { value: ["fpu", "avx2", "sse"], from: "a test" },
    threads: { value: 2, from: "a test" },
    cores: null,
    caches: [{ level: 2, kind: "Unified", bytes: 1_310_720, sharedBy: null, from: "a test" }],
    clock: null,
    memory: { value: 16e9, from: "a test" },
    memoryFree: null,
    system: null,
  },
  lanes: [
    lane({}, 1e9),
    lane({ size: 64 }, 0.5e9),
    lane({ method: "onnxruntime MatMul", threads: 2 }, 100e9),
    lane({ what: "read", precision: null, size: 512 * 2 ** 20 }, 10e9),
    lane(
      { method: "onnxruntime MatMul", threads: 2, sustained: 3, clock: "wall", power: 45 },
      50e9,
    ),
  ],
  gpus: [],
  notes: ["NVIDIA: no driver (libcuda.so.1)"],
  waited: 0.01,
  date: "2026-11-25",
  files: ["/data/tenlane/devices/mine.json"],
};

function text(answer: Answered, columns = 100): string {
  return lanesAnswer(answer).text({
    print: () => {},
    note: () => {},
    columns,
    isColoured: false,
    isWatched: false,
    environment: { XDG_DATA_HOME: "/data" },
    folder: "/here",
    interruption: () => new AbortController().signal,
  });
}

/** Columns of the strip in the line of a lane. */
function strip(shown: string, lane: string): number {
  const line = shown.split("\n").find((each) => each.startsWith(lane)) ?? "";
  return /━*▶/u.exec(line)?.[0].length ?? 0;
}

test("lanesAnswer() draws a lane a hundred times as fast over the whole road, the slowest at its start", () => {
  const shown = text(ANSWER);
  assert.equal(strip(shown, "matmul fp32 256³, 1 core, wasm scalar"), 2);
  // 100 columns less 45 of the label, 22 of the rate and two gaps.
  assert.equal(strip(shown, "matmul fp32 256³, 2 cores, onnxruntime MatMul"), 31);
  assert.ok(!shown.includes("64³"));
  assert.match(shown, /GFLOP\/s by size +64 +256\nmatmul fp32, 1 core, wasm scalar +0\.500 +1\n/u);
  assert.match(shown, /^Abacus 7, 2 threads, caches 1\.25 MiB, 16 GB, avx2\n/u);
  assert.match(shown, /read 512 MiB, 1 core, wasm scalar +━▶ +10 GB\/s \[9–11\]/u);
  assert.match(shown, /written: \/data\/tenlane\/devices\/mine\.json \(--on mine\)\n$/u);
});

const KEPT = /onnxruntime MatMul +3 s +50 GFLOP\/s \[45–55\.0\] +50 % +45 W\n/u;

test("lanesAnswer() says of what is kept up which share of the burst it is, and its power", () => {
  assert.match(text(ANSWER), KEPT);
});

test("lanesAnswer() of a busy machine says so, and compares no two clocks", () => {
  const shown = text({ ...ANSWER, waited: 0.5 });
  assert.match(
    shown,
    /note: something waited for a processor in 50 % of the time: these are floors/u,
  );
  assert.doesNotMatch(shown, KEPT);
});

test("lanesAnswer() keeps roads within the columns of a narrow terminal", () => {
  const roads = text(ANSWER, 60)
    .split("\n")
    .filter((line) => /[━▶═]/u.test(line));
  assert.ok(roads.length > 4);
  for (const line of roads) assert.ok(displayWidth(line) <= 60, `${displayWidth(line)}: ${line}`);
});

test("lanesAnswer() names a device elsewhere by its file, as --on takes it", () => {
  assert.match(text({ ...ANSWER, files: ["/here/desk.json"] }), /\(--on desk\.json\)/u);
});
