/** A user's measurements beside what is estimated for them. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  decodeBenchmark,
  decodeMlperfSummary,
  estimate,
  type BenchmarkRun,
  type Coefficients,
  type Estimate,
  type Lengths,
  type ProfileName,
  type ProfileSample,
  type Query,
} from "../core/index.ts";
import { kindOf, parseJson } from "./files.ts";
import { accepted, inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

/** The runs of a result file: JSON of a tool, or a result a line of it, or a log of MLPerf. */
export async function runsFrom(file: string, shell: Shell): Promise<readonly BenchmarkRun[]> {
  const path = resolve(shell.folder, file);
  if ((await kindOf(path)) !== "file") throw inputError(file, "a file that can be read", "no file");
  const text = await readFile(path, "utf8");
  return /^\s*[[{]/u.test(text)
    ? accepted(decodeBenchmark(jsonOf(text, file)), file)
    : accepted(decodeMlperfSummary(text), file);
}

/** One document, or the list of those that each stand on a line of their own. */
function jsonOf(text: string, file: string): unknown {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const isLines = lines.length > 1 && lines.every((line) => /^\{.*\}\s*$/u.test(line));
  return isLines ? lines.map((line) => parseJson(line, file)) : parseJson(text, file);
}

/** What a file left out and the user says instead. */
export interface Conditions {
  readonly concurrency?: number;
  readonly rate?: number;
  readonly input?: number;
  readonly output?: number;
}

export type Setting = Omit<Query, "load">;

/**
 * Every figure of `run` with its estimate.
 *
 * Errors: a length or a load that neither the file nor the user says; a load that the placement cannot carry.
 */
export function samplesOf(
  run: BenchmarkRun,
  asked: { readonly setting: Setting; readonly conditions: Conditions; readonly file: string },
  coefficients: Coefficients,
): readonly ProfileSample[] {
  const { setting, conditions, file } = asked;
  const { concurrency, rate, ...lengths } = { ...run, ...conditions };
  if (concurrency === undefined && rate === undefined)
    throw inputError(file, "how many requests are in flight: add --concurrency or --rate", "none");
  const load = {
    input: fixed(lengths.input, file, "--input"),
    output: fixed(lengths.output, file, "--output"),
    cached: 0,
    concurrency: concurrency ?? 1,
    ...(concurrency === undefined && rate !== undefined ? { rate } : {}),
  };
  const answer = estimate({ ...setting, load }, coefficients);
  if (answer.kind === "infeasible") throw inputError(file, "a run that fits", answer.message);
  return pairs(run, answer);
}

function fixed(mean: number | undefined, file: string, flag: string): Lengths {
  if (mean !== undefined) return { mean, variation: 0 };
  throw inputError(file, `a mean length: add ${flag}`, "none");
}

function pairs(run: BenchmarkRun, { ttft, tpot, outputRate }: Estimate): readonly ProfileSample[] {
  const all: readonly (readonly [ProfileName, number | undefined, number])[] = [
    ["first", run.ttft, ttft.p50],
    ["token", run.tpot, tpot.p50],
    ["rate", run.outputRate && 1 / run.outputRate, 1 / outputRate.p50],
  ];
  return all.flatMap(([name, measured, estimated]) =>
    measured === undefined ? [] : [{ name, measured, estimated }],
  );
}
