/** What MLPerf fixes of the benchmark that writes text which a row was submitted to. */
import table from "../catalogue/benchmarks/mlperf-inference.json" with { type: "json" };
import type { Seconds, Tokens } from "../core/units.ts";
import { isMlperf, type Row } from "./row.ts";

/** 99th percentiles that a server, and one in the interactive scenario, must meet. */
export interface Limit {
  readonly server: Seconds;
  readonly interactive: Seconds;
}

export interface ServedBenchmark {
  readonly models: readonly string[];
  /** Mean tokens read. */
  readonly prompt: Tokens;
  /** Mean tokens written. */
  readonly answer: Tokens;
  /** Most tokens written, which one answer in a hundred has; absent where they are fewer or nobody says. */
  readonly longest?: Tokens;
  /** Of the first token. */
  readonly first?: Limit;
  /** Of the time a token. */
  readonly token?: Limit;
  /** Of a whole answer. */
  readonly latency?: Limit;
}

/** Source: catalogue/benchmarks/mlperf-inference.json */
export function servedBenchmark(row: Row): ServedBenchmark | undefined {
  if (!isMlperf(row)) return undefined;
  const all: readonly ServedBenchmark[] = table.benchmarks;
  return all.find(({ models }) => models.some((words) => new RegExp(words, "iu").test(row.model)));
}

/** Whether the scenario is the interactive one, or the benchmark that was called so before. */
export function isInteractive({ model, notes, source_location: place }: Row): boolean {
  return /interactive/i.test(`${model} ${notes} ${place}`);
}

/** The part of a limit that the row's scenario has. */
export function limitOf(limit: Limit, row: Row): Seconds {
  return isInteractive(row) ? limit.interactive : limit.server;
}

/** Over the mean, the length that one of a hundred exponential answers exceeds. */
const LONGEST_OVER_MEAN = Math.log(100);

/** Tokens that one answer in a hundred of the row's benchmark has. */
export function longestTokens(row: Row): Tokens {
  const noted = Number(/max_new_tokens (\d+)/.exec(row.notes)?.[1]);
  if (noted > 0) return noted;
  const { longest, answer = 1 } = servedBenchmark(row) ?? {};
  return longest ?? LONGEST_OVER_MEAN * (row.output_tokens ?? answer);
}
