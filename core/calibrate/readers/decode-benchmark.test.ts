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

test("decodeBenchmark() knows a profile of AIPerf that counts tokens as vllm does, whatever its schema says of the load", () => {
  const plain = JSON.parse(text("aiperf.json"));
  const counted = { ...plain, total_output_tokens: { unit: "tokens", avg: 640 } };
  assert.deepEqual(runsOf(decodeBenchmark(counted)), [SERVED]);
  for (const loadgen of [{ concurrency: [8, 16] }, { concurrency: { stages: [] } }, {}]) {
    const { concurrency: _, ...rest } = SERVED;
    assert.deepEqual(runsOf(decodeBenchmark({ ...counted, input_config: { loadgen } })), [rest]);
  }
});

test("decodeBenchmark() takes the 0 of answers of one token for what was not measured", () => {
  const { tpot: _, ...rest } = SERVED;
  for (const [tool, zero] of [
    ["vllm-bench-serve", { mean_tpot_ms: 0 }],
    ["aiperf", { inter_token_latency: { unit: "ms", avg: 0 } }],
  ] as const) {
    const json = { ...JSON.parse(text(`${tool}.json`)), ...zero };
    assert.deepEqual(runsOf(decodeBenchmark(json)), [rest], tool);
  }
});

test("decodeBenchmark() of a list has the runs of each, and says which one is wrong", () => {
  const one = JSON.parse(text("vllm-bench-serve.json"));
  assert.deepEqual(runsOf(decodeBenchmark([one, one])), [SERVED, SERVED]);
  const result = decodeBenchmark([one, { ...one, completed: 0 }]);
  assert.deepEqual(result.ok ? null : result.error.path, [1, "completed"]);
});

test("decodeBenchmark() refuses lists inside a list, however deep", () => {
  const deep = decodeBenchmark(JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`));
  assert.deepEqual(deep.ok ? null : deep.error.path, [0]);
});

test("decodeMlperfSummary() reads the detail log as the summary of the same run", () => {
  const values: readonly (readonly [string, string | number])[] = [
    ["requested_scenario", "Server"],
    ["effective_scenario", "Server"],
    ["effective_test_mode", "PerformanceOnly"],
    ["result_validity", "VALID"],
    ["result_scheduled_samples_per_sec", 1.62],
    ["result_completed_samples_per_sec", 1.6],
    ["result_completed_tokens_per_second", 409.6],
    ["result_first_token_mean_latency_ns", 210500000],
    ["result_time_to_output_token_mean", 36400000],
  ];
  const detail = (changed: object = {}) =>
    Object.entries({ ...Object.fromEntries(values), ...changed })
      .map(([key, value]) => {
        const said = `"key": "${key}", "value": ${JSON.stringify(value)}`;
        return `:::MLLOG {${said}, "time_ms": 1.5, "namespace": "mlperf::logging", "event_type": "POINT_IN_TIME", "metadata": {"is_error": false}}`;
      })
      .join("\n");
  const summary = runsOf(decodeMlperfSummary(text("mlperf-summary.txt")));
  assert.deepEqual(runsOf(decodeMlperfSummary(detail())), summary);
  const invalid = decodeMlperfSummary(detail({ result_validity: "INVALID" }));
  assert.deepEqual(invalid.ok ? null : invalid.error.path, ["Result is"]);
});

test("decodeMlperfSummary() reads tokens that were inferred from samples", () => {
  const summary = text("mlperf-summary.txt").replace(
    /Completed tokens per second +: [\d.]+/u,
    "Completed tokens per second (inferred) : 110.4",
  );
  const [run] = runsOf(decodeMlperfSummary(summary));
  assert.deepEqual(run, { rate: 1.62, output: 69, ttft: 0.2105, tpot: 0.0364, outputRate: 110.4 });
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
