import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Result } from "../../result.ts";
import type { BenchmarkRun } from "./benchmark-run.ts";
import { decodeBenchmark } from "./decode-benchmark.ts";
import { decodeMlperfSummary } from "./mlperf-summary.ts";

type Runs = Result<readonly BenchmarkRun[]>;

function text(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
}

function read(name: string): Runs {
  return decodeBenchmark(JSON.parse(text(name)));
}

/** Rounded to nine digits, so that 1e-3 × 36.4 is 0.0364. */
function runsOf(result: Runs): readonly object[] {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value.map((run) =>
    Object.fromEntries(Object.entries(run).map(([key, value]) => [key, +value.toPrecision(9)])),
  );
}

const MEASURED = { ttft: 0.2105, tpot: 0.0364, outputRate: 409.6 };
const SERVED = { concurrency: 16, input: 1024, output: 256, ...MEASURED };

for (const tool of ["vllm-bench-serve", "aiperf", "genai-perf", "guidellm"]) {
  test(`decodeBenchmark() of ${tool} is the same run in SI units`, () => {
    assert.deepEqual(runsOf(read(`${tool}.json`)), [SERVED]);
  });
}

test("decodeBenchmark() of llama-bench is the time of a prompt, and of a token after its depth", () => {
  assert.deepEqual(runsOf(read("llama-bench.json")), [
    { concurrency: 1, input: 512, output: 1, ttft: 0.5 },
    { concurrency: 1, input: 512, output: 128, tpot: 0.025 },
  ]);
});

test("decodeMlperfSummary() reads rates and mean times in nanoseconds", () => {
  const runs = runsOf(decodeMlperfSummary(text("mlperf-summary.txt")));
  assert.deepEqual(runs, [{ rate: 1.62, output: 256, ...MEASURED }]);
});

test("decodeMlperfSummary() refuses runs that are invalid or were for accuracy, by the line's name", () => {
  const summary = text("mlperf-summary.txt");
  for (const [from, to, path] of [
    ["VALID", "INVALID", "Result is"],
    ["PerformanceOnly", "AccuracyOnly", "Mode"],
    ["Completed tokens per second", "Completed words per second", "Tokens per second"],
  ] as const) {
    const result = decodeMlperfSummary(summary.replace(from, to));
    assert.deepEqual(result.ok ? null : result.error.path, [path]);
  }
  assert.equal(decodeMlperfSummary("nothing: here").ok, false);
});

test("decodeBenchmark() refuses what no tool wrote, and a wrong field by its path", () => {
  for (const json of [null, 3, "text", {}, []]) assert.equal(decodeBenchmark(json).ok, false);
  const broken = { ...JSON.parse(text("vllm-bench-serve.json")), mean_ttft_ms: "fast" };
  const result = decodeBenchmark(broken);
  assert.deepEqual(result.ok ? null : result.error.path, ["mean_ttft_ms"]);
});
