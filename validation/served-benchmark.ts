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
