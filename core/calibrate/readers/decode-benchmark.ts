/** Results of whichever tool wrote the JSON, told apart by the keys that only it has. */
import type { ZodType } from "zod";
import { decode } from "../../decode.ts";
import { refuse, type Result } from "../../result.ts";
import { aiperfProfile } from "./aiperf.ts";
import type { BenchmarkRun } from "./benchmark-run.ts";
import { guidellmReport } from "./guidellm.ts";
import { llamaBench } from "./llama-bench.ts";
import { vllmResult } from "./vllm.ts";

type Runs = readonly BenchmarkRun[];

const READERS: readonly (readonly [key: string, reader: ZodType<Runs>])[] = [
  ["benchmarks", guidellmReport],
  ["total_output_tokens", vllmResult],
  ["output_token_throughput", aiperfProfile],
];

/** The runs of a JSON result. Errors: a tool that is not known; the first field that is wrong. */
export function decodeBenchmark(json: unknown): Result<Runs> {
  if (Array.isArray(json)) return decode(llamaBench, json);
  const found = READERS.find(
    ([key]) => typeof json === "object" && json !== null && Object.hasOwn(json, key),
  );
  if (found !== undefined) return decode(found[1], json);
  const tools = "vllm bench serve, AIPerf, GenAI-Perf, GuideLLM or llama-bench";
  return refuse([], `JSON that ${tools} wrote`, json);
}
