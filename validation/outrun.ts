/**
 * Runs that another run of the same table shows to have been held up by something it does not print: a step with more
 * sequences, a longer cache and more of prompts takes no less time, and more users get no fewer tokens.
 *
 * Nor do devices that have more of everything take longer for the same. A quarter is allowed for. Runs whose cache was full,
 * where requests are put back, are left alone.
 *
 * Source: vllm-project/vllm vllm/v1/core/sched/scheduler.py (a step computes every running sequence); rows of ML.ENERGY
 * leaderboard v3, where one B200 takes 33 ms a token of eight users in one task, whatever the model, and 5 to 14 ms in another
 */
import type { Device } from "../core/index.ts";
import { pressureOf } from "./concurrency.ts";
import { lengthsOf } from "./lengths.ts";
import { metricOf } from "./metric.ts";
import { cachedShare, readingTime } from "./ml-energy.ts";
import { collection, type Row } from "./row.ts";

export const OUTRUN =
  "set aside: a run with no less to do, on devices that have no more, was faster by a quarter";

const FASTER = 1.25;
/** Users of those allowed, below which the cache was full. */
const RUNNING_MIN = 0.97;
/** Answers of the same requests differ in length by chance: longer texts are the same up to here. */
const LONGER = 1.1;

interface Run {
  readonly name: string;
  /** Devices, and how the model is cut. */
  readonly split: string;
  readonly devices: number;
  /** What prompts are of, as the notes say. */
  readonly task: string;
  readonly users: number;
  readonly isFull: boolean;
  readonly cached: number;
  /** Prompt tokens for one answered, without end where they have pictures; and those computed where prompts that were sent before are in the cache. */
  readonly prompts: number;
  readonly computed: number;
  readonly rate: number;
  /** Rates and sizes of all its devices together; null of a device without them. */
  readonly sums: readonly number[] | null;
}

/** Ids of rows, of whatever metric, of runs in steady state that another outran; `deviceOf` knows the device of a row. */
export function outrun(
  rows: readonly Row[],
  deviceOf: (row: Row) => Device | null,
): ReadonlySet<string> {
  const slow = new Set<string>();
  const tables = new Map<string, Run[]>();
  for (const row of rows) {
    const run = runOf(row, deviceOf);
    if (run === null) continue;
    const table = tables.get(tableOf(row));
    if (table === undefined) tables.set(tableOf(row), [run]);
    else table.push(run);
  }
  for (const runs of tables.values()) {
    for (const run of runs) {
      if (run.isFull && runs.some((other) => isOutrun(run, other))) slow.add(run.name);
    }
  }
  return new Set(rows.filter((row) => slow.has(nameOf(row))).map(({ id }) => id));
}

function isOutrun(run: Run, other: Run): boolean {
  const time = ({ users, rate }: Run) => users / rate;
  if (run.split !== other.split) {
    const isSame = run.task === other.task && run.cached <= LONGER * other.cached;
    return isSame && hasMore(run, other) && time(run) > FASTER * time(other);
  }
  const isLighter =
    run.users <= other.users && run.cached <= other.cached && run.prompts <= other.computed;
  if (isLighter && time(run) > FASTER * time(other)) return true;
  return run.task === other.task && run.users > other.users && other.rate > FASTER * run.rate;
}

/** Whether the devices of `run` together have more of everything, and are no more than those of `other`. */
function hasMore(run: Run, other: Run): boolean {
  const { sums, devices } = run;
  if (sums === null || other.sums === null || devices > other.devices) return false;
  return sums.every((sum, index) => sum > (other.sums?.[index] ?? Infinity));
}

function sumsOf(device: Device | null, count: number): readonly number[] | null {
  const { peak, memory } = device ?? {};
  const figures = [peak?.bf16, memory?.bandwidth, memory?.capacity];
  return figures.every((figure) => figure !== undefined)
    ? figures.map((figure) => count * figure)
    : null;
}

function runOf(row: Row, deviceOf: (row: Row) => Device | null): Run | null {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  if (quantity !== "output-rate" || !row.notes.includes("steady state")) return null;
  const pressure = pressureOf(row);
  const lengths = lengthsOf(row);
  if (pressure?.cap === undefined || typeof lengths === "string") return null;
  const { input, output } = lengths;
  const users = pressure.requests;
  const { accelerators: devices = 1 } = row;
  return {
    name: nameOf(row),
    task: /task [\w-]+/.exec(row.notes)?.[0] ?? "",
    users,
    isFull: users >= RUNNING_MIN * pressure.cap,
    cached: users * (input.mean + output.mean / 2),
    prompts: readingTime(row) > 0 ? Infinity : input.mean / output.mean,
    computed: ((1 - cachedShare(row)) * input.mean) / output.mean,
    rate: row.value,
    split: splitOf(row),
    devices,
    sums: sumsOf(deviceOf(row), devices),
  };
}

/** What is the same of all runs of a table. */
function tableOf(row: Row): string {
  const { model, precision_weights, engine_version } = row;
  return [collection(row), model, precision_weights, engine_version].join("|");
}

function splitOf({ hardware, accelerators, tp, pp, ep, dp }: Row): string {
  return [hardware, accelerators, tp, pp, ep, dp].join("|");
}

function nameOf(row: Row): string {
  return [row.source_location, tableOf(row), splitOf(row), row.batch_or_concurrency].join("|");
}
