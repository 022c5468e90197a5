/** Samples at a steady pace, until stopped: kept, judged, shown to Prometheus. */
import { setTimeout as pause } from "node:timers/promises";
import type { Alert } from "./alert.ts";
import { alertsOf, readAt } from "./alerts.ts";
import { amdKernelReadings } from "./amd-kernel.ts";
import { amdReadings } from "./amd.ts";
import { exposition } from "./exposition.ts";
import type { History } from "./history.ts";
import { hostReadings } from "./host.ts";
import type { Machine } from "./machine.ts";
import { nvidiaReadings } from "./nvidia.ts";
import { perfReadings } from "./perf.ts";
import type { Reading, Sample } from "./reading.ts";
import { serving } from "./serving.ts";

/** Samples that alerts look back on. */
const REMEMBERED = 12;
/** Samples after which the heap is swept, where this process may tell its engine so: some milliseconds of work. */
const COLLECT_AFTER = 60;

export async function sampleOf(machine: Machine): Promise<Sample> {
  const { at, elapsed } = machine.now();
  const gpus = [...(await nvidiaReadings(machine)), ...(await amdReadings(machine))];
  const perf = await perfReadings(machine);
  const host = [...amdKernelReadings(machine), ...hostReadings(machine)];
  return { at, elapsed, readings: [...gpus, ...host, ...perf] };
}

/** Judges sample after sample: some alerts look back, and some stand until what they tell of is mended. */
export function judging(): (sample: Sample) => readonly Alert[] {
  const seen = new Map<string, number>();
  let recent: readonly Sample[] = [];
  let alerts: readonly Alert[] = [];
  return (sample) => {
    recent = [...recent, sample].slice(-REMEMBERED);
    for (const [series, elapsed] of readAt(sample)) seen.set(series, elapsed);
    alerts = alertsOf(recent, alerts, seen);
    return alerts;
  };
}

/** What the machine reaches, now and then. */
export interface SelfTest {
  /** Seconds from one to the next; the first is with the first sample. */
  readonly every: number;
  /** Readings, or why there are none. */
  readonly run: (stop: AbortSignal) => Promise<readonly Reading[] | string>;
}

export interface Watching {
  readonly machine: Machine;
  /** Seconds. */
  readonly every: number;
  /** Samples to take; endless where absent. */
  readonly samples: number;
  readonly history: History | null;
  readonly selfTest: SelfTest | null;
  /** Port on the loopback for Prometheus; null is none. */
  readonly port: number | null;
  readonly stop: AbortSignal;
  /** Told once when an alert begins to stand. */
  readonly raise: (alert: Alert, at: number) => void;
}

export interface Watched {
  readonly samples: number;
  /** Samples the history could not take. */
  readonly lost: number;
  readonly last: Sample | null;
  /** Those that stand at the end. */
  readonly alerts: readonly Alert[];
}

export async function watch(watching: Watching): Promise<Watched> {
  const { machine, every, history, port, stop } = watching;
  const shown = { text: "" };
  const server = port === null ? null : await serving(port, () => shown.text);
  const judge = judging();
  let last: Sample | null = null;
  let alerts: readonly Alert[] = [];
  let samples = 0;
  let lost = 0;
  let tested: Tested = { readings: [], due: -Infinity, failed: null };
  while (!stop.aborted && samples < watching.samples) {
    const sensed = await sampleOf(machine);
    tested = await testedAgain(watching, tested, sensed);
    const sample = { ...sensed, readings: [...sensed.readings, ...tested.readings] };
    last = sample;
    const why = history?.keep(sample) ?? null;
    if (why !== null) lost += 1;
    const found = [...judge(sample), ...lostAlerts(why), ...failedAlerts(tested.failed)];
    alerts = announced(watching, alerts, found, sample.at);
    shown.text = exposition(sample, alerts);
    samples += 1;
    if (samples % COLLECT_AFTER === 0) globalThis.gc?.();
    if (samples < watching.samples)
      await waited(every - (machine.now().elapsed - sample.elapsed), stop);
  }
  server?.close();
  return { samples, lost, last, alerts };
}

interface Tested {
  /** Of the last self-test that could be judged. */
  readonly readings: readonly Reading[];
  /** When the next is due, by the clock that never steps. */
  readonly due: number;
  readonly failed: string | null;
}

/** What could not be judged is tried again so soon, s. */
const RETRY_AFTER = 3600;
/** Per cent at which a GPU is at work for others. */
const GPU_BUSY = 10;

async function testedAgain(
  { machine, selfTest, stop }: Watching,
  before: Tested,
  { readings }: Sample,
): Promise<Tested> {
  const { elapsed } = machine.now();
  if (selfTest === null || elapsed < before.due) return before;
  const soon = elapsed + Math.min(RETRY_AFTER, selfTest.every);
  const isAtWork = readings.some(
    ({ name, value }) => /GPU_UTIL$|gpu_gfx_activity/u.test(name) && value >= GPU_BUSY,
  );
  if (isAtWork) return { ...before, due: soon, failed: "a GPU is at work for others" };
  const found = await selfTest.run(stop);
  if (typeof found === "string") return { ...before, due: soon, failed: found };
  const isJudged = found.some(({ name }) => name === "tenlane_self_test_ratio");
  if (isJudged) return { readings: found, due: elapsed + selfTest.every, failed: null };
  return { ...before, due: soon, failed: "processors are at work for others" };
}

function failedAlerts(why: string | null): readonly Alert[] {
  if (why === null) return [];
  return [
    {
      rule: "self-test not judged",
      subject: "self-test",
      severity: "warning",
      reason: why,
      action: "nothing now: it is tried again within an hour",
    },
  ];
}

function lostAlerts(why: string | null): readonly Alert[] {
  if (why === null) return [];
  return [
    {
      rule: "history lost",
      subject: "history",
      severity: "warning",
      reason: why,
      action: "make room where the history is kept; the watch goes on without it",
    },
  ];
}

/** Says those that did not stand before. */
function announced(
  { raise }: Watching,
  before: readonly Alert[],
  now: readonly Alert[],
  at: number,
): readonly Alert[] {
  const known = new Set(before.map(keyOf));
  for (const alert of now) if (!known.has(keyOf(alert))) raise(alert, at);
  return now;
}

function keyOf({ rule, subject }: Alert): string {
  return `${rule} ${subject}`;
}

async function waited(seconds: number, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, seconds * 1000), undefined, { signal }).catch(() => undefined);
}
