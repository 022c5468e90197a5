import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsOf, type Reading } from "./watch-points.ts";

const NAMES = { processors: "CPU", memory: "memory", gpu: (id: string) => `GPU ${id}` };

function read(busy: number, idle: number): readonly Reading[] {
  return [
    { name: "node_cpu_seconds_total", labels: { mode: "user" }, value: busy },
    { name: "node_cpu_seconds_total", labels: { mode: "idle" }, value: idle },
    { name: "node_memory_MemTotal_bytes", labels: {}, value: 8e9 },
    { name: "node_memory_MemAvailable_bytes", labels: {}, value: 6e9 },
    { name: "DCGM_FI_DEV_GPU_UTIL", labels: { gpu: "0" }, value: 40 },
  ];
}

test("pointsOf() a processor busy 3 s of 10 since the sample before is 30 %, memory and GPUs as they are", () => {
  const samples = [
    { at: 0, readings: read(100, 900) },
    { at: 5000, readings: read(103, 907) },
  ];
  const found = pointsOf(samples, NAMES).map(({ of, share }) => [of, Number(share.toFixed(6))]);
  const still = [
    ["memory", 0.25],
    ["GPU 0", 0.4],
  ];
  assert.deepEqual(found, [...still, ["CPU", 0.3], ...still]);
  assert.deepEqual(pointsOf([{ at: 0, readings: [] }], NAMES), []);
});
