/** Results of whichever tool wrote the JSON, told apart by the keys that only it has. */
import type { ZodType } from "zod";
import { decode } from "../../decode.ts";
import { ok, refuse, type Result } from "../../result.ts";
import { aiperfProfile } from "./aiperf.ts";
import type { BenchmarkRun } from "./benchmark-run.ts";
import { guidellmReport } from "./guidellm.ts";
import { llamaBench } from "./llama-bench.ts";
import { vllmResult } from "./vllm.ts";

type Runs = readonly BenchmarkRun[];

/** The first key wins: AIPerf counts `total_output_tokens` as well. */
const READERS: readonly (readonly [key: string, reader: ZodType<Runs>])[] = [
  ["benchmarks", guidellmReport],
  ["output_token_throughput", aiperfProfile],
  ["total_output_tokens", vllmResult],
  ["avg_ts", llamaBench],
];

/** The runs of a JSON result, or of a list of them. Errors: a tool that is not known; the first field that is wrong. */
export function decodeBenchmark(json: unknown): Result<Runs> {
  if (Array.isArray(json) && json.length > 0 && json.length <= RESULTS_MAX) {
    return allOf(json.map(decodeOne));
  }
  return decodeOne(json);
}

function decodeOne(json: unknown): Result<Runs> {
  const found = READERS.find(
    ([key]) => typeof json === "object" && json !== null && Object.hasOwn(json, key),
  );
  if (found !== undefined) return decode(found[1], json);
  const tools = "vllm bench serve, AIPerf, GenAI-Perf, GuideLLM or llama-bench";
  return refuse([], `JSON that ${tools} wrote`, json);
}

const RESULTS_MAX = 1000;

function allOf(results: readonly Result<Runs>[]): Result<Runs> {
  const runs: BenchmarkRun[] = [];
  for (const [index, result] of results.entries()) {
    if (!result.ok) {
      const { error } = result;
      return { ok: false, error: { ...error, path: [index, ...error.path] } };
    }
    runs.push(...result.value);
  }
  return ok(runs);
}
