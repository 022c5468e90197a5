/**
 * `mlperf_log_summary.txt` of MLPerf Inference: lines of "name : value", times in nanoseconds.
 *
 * Source: mlcommons/inference, loadgen/results.cc (PerformanceSummary)
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
  const tokens =
    positive(lines, "completed tokens per second") ?? positive(lines, "tokens per second");
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

/** Values by name in lower case; the first of a name, as the summary stands before the details. */
function linesOf(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split(/\r?\n/u)) {
    const at = line.indexOf(":");
    if (at < 0) continue;
    const name = line.slice(0, at).trim().toLowerCase();
    if (!lines.has(name)) lines.set(name, line.slice(at + 1).trim());
  }
  return lines;
}

function positive(lines: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = Number(lines.get(name) ?? NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
