/**
 * `mlperf_log_summary.txt` of MLPerf Inference: lines of "name : value", times in nanoseconds; and `mlperf_log_detail.txt`, whose
 * lines are of JSON with a key and a value.
 *
 * Source: mlcommons/inference, loadgen/results.cc (PerformanceSummary, LogSummary and LogDetail)
 */
import { ok, refuse, type Result } from "../../result.ts";
import { type BenchmarkRun, known, scaled } from "./benchmark-run.ts";

const NANOSECOND = 1e-9;

/** The one run of a summary. Errors: not a summary; a run that was not for performance, or not valid. */
export function decodeMlperfSummary(text: string): Result<readonly BenchmarkRun[]> {
  const lines = linesOf(text);
  if (!lines.has("scenario") || !lines.has("mode")) {
    return refuse([], "an MLPerf summary with a scenario and a mode", text.slice(0, 80));
  }
  const mode = lines.get("mode") ?? "";
  if (mode !== "PerformanceOnly") return refuse(["Mode"], "PerformanceOnly", mode);
  const verdict = lines.get("result is") ?? "";
  if (verdict !== "VALID") return refuse(["Result is"], "VALID", verdict);
  const tokens = RATES.map((name) => positive(lines, name)).find((rate) => rate !== undefined);
  if (tokens === undefined) return refuse(["Tokens per second"], "a positive number", undefined);
  const samples =
    positive(lines, "completed samples per second") ?? positive(lines, "samples per second");
  return ok([
    known({
      rate: positive(lines, "scheduled samples per second"),
      output: samples === undefined ? undefined : tokens / samples,
      ttft: scaled(positive(lines, "mean first token latency (ns)"), NANOSECOND),
      tpot: scaled(positive(lines, "mean time per output token (ns)"), NANOSECOND),
      outputRate: tokens,
    }),
  ]);
}

/** Tokens of benchmarks that count none are samples times a length. */
const RATES = ["completed tokens per second", "tokens per second"].flatMap((name) => [
  name,
  `${name} (inferred)`,
]);

/** Keys of the detail log by the summary's names. */
const DETAILS: ReadonlyMap<string, string> = new Map([
  ["effective_scenario", "scenario"],
  ["effective_test_mode", "mode"],
  ["result_validity", "result is"],
  ["result_completed_tokens_per_second", "completed tokens per second"],
  ["result_tokens_per_second", "tokens per second"],
  ["result_inferred_completed_tokens_per_second", "completed tokens per second (inferred)"],
  ["result_inferred_tokens_per_second", "tokens per second (inferred)"],
  ["result_completed_samples_per_sec", "completed samples per second"],
  ["result_samples_per_second", "samples per second"],
  ["result_scheduled_samples_per_sec", "scheduled samples per second"],
  ["result_first_token_mean_latency_ns", "mean first token latency (ns)"],
  ["result_time_to_output_token_mean", "mean time per output token (ns)"],
]);

const DETAIL = /^:::MLLOG .*"key": "(\w+)", "value": "?([^",]+)/u;

/** Values by name in lower case; the first of a name, as the summary stands before the details. */
function linesOf(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split(/\r?\n/u)) {
    const [, key, detail] = DETAIL.exec(line) ?? [];
    const at = line.indexOf(":");
    const plain = line.slice(0, Math.max(at, 0)).trim().toLowerCase();
    const name = key === undefined ? plain : DETAILS.get(key);
    if (at < 0 || name === undefined || lines.has(name)) continue;
    lines.set(name, detail ?? line.slice(at + 1).trim());
  }
  return lines;
}

function positive(lines: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = Number(lines.get(name) ?? NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
