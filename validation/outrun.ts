/**
 * Runs that another run of the same table shows to have been held up by something it does not print: a step with more
 * sequences, a longer cache and more of prompts takes no less time, and more users get no fewer tokens.
 *
 * A quarter is allowed for. Runs whose cache was full, where requests are put back, are left alone.
 *
 * Source: vllm-project/vllm vllm/v1/core/sched/scheduler.py (a step computes every running sequence); rows of ML.ENERGY
 * leaderboard v3, where one B200 takes 33 ms a token of eight users in one task, whatever the model, and 5 to 14 ms in another
 */
import { pressureOf } from "./concurrency.ts";
import { lengthsOf } from "./lengths.ts";
import { metricOf } from "./metric.ts";
import { cachedShare, readingTime } from "./ml-energy.ts";
import { collection, type Row } from "./row.ts";

export const OUTRUN =
  "set aside: a run of its table with as many users or more, and no shorter texts, was faster by a quarter";

const FASTER = 1.25;
/** Users of those allowed, below which the cache was full. */
const RUNNING_MIN = 0.97;

interface Run {
  readonly name: string;
  /** What prompts are of, as the notes say. */
  readonly task: string;
  readonly users: number;
  readonly isFull: boolean;
  readonly cached: number;
  /** Prompt tokens for one answered, without end where they have pictures; and those computed where prompts that were sent before are in the cache. */
  readonly prompts: number;
  readonly computed: number;
  readonly rate: number;
}

/** Ids of rows, of whatever metric, of runs in steady state that another outran. */
export function outrun(rows: readonly Row[]): ReadonlySet<string> {
  const tables = new Map<string, Run[]>();
  for (const row of rows) {
    const run = runOf(row);
    if (run === null) continue;
    const table = tables.get(tableOf(row));
    if (table === undefined) tables.set(tableOf(row), [run]);
    else table.push(run);
  }
  const slow = new Set(
    [...tables.values()]
      .flatMap((runs) =>
        runs.filter((run) => run.isFull && runs.some((other) => isOutrun(run, other))),
      )
      .map(({ name }) => name),
  );
  return new Set(rows.filter((row) => slow.has(nameOf(row))).map(({ id }) => id));
}

function isOutrun(run: Run, other: Run): boolean {
  const isLighter =
    run.users <= other.users && run.cached <= other.cached && run.prompts <= other.computed;
  const time = ({ users, rate }: Run) => users / rate;
  if (isLighter && time(run) > FASTER * time(other)) return true;
  return run.task === other.task && run.users > other.users && other.rate > FASTER * run.rate;
}

function runOf(row: Row): Run | null {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  if (quantity !== "output-rate" || !row.notes.includes("steady state")) return null;
  const pressure = pressureOf(row);
  const lengths = lengthsOf(row);
  if (pressure?.cap === undefined || typeof lengths === "string") return null;
  const { input, output } = lengths;
  const users = pressure.requests;
  return {
    name: nameOf(row),
    task: /task [\w-]+/.exec(row.notes)?.[0] ?? "",
    users,
    isFull: users >= RUNNING_MIN * pressure.cap,
    cached: users * (input.mean + output.mean / 2),
    prompts: readingTime(row) > 0 ? Infinity : input.mean / output.mean,
    computed: ((1 - cachedShare(row)) * input.mean) / output.mean,
    rate: row.value,
  };
}

/** What is the same of all runs of a table. */
function tableOf(row: Row): string {
  const { model, hardware, accelerators, tp, pp, ep, dp, precision_weights, engine_version } = row;
  const split = [accelerators, tp, pp, ep, dp];
  return [collection(row), model, hardware, ...split, precision_weights, engine_version].join("|");
}

function nameOf(row: Row): string {
  return [row.source_location, tableOf(row), row.batch_or_concurrency].join("|");
}
