/** Samples at a steady pace, until stopped: kept, judged, shown to Prometheus. */
import { setTimeout as pause } from "node:timers/promises";
import { alertsOf, type Alert } from "./alerts.ts";
import { amdReadings } from "./amd.ts";
import { exposition } from "./exposition.ts";
import type { History } from "./history.ts";
import { hostReadings } from "./host.ts";
import type { Machine } from "./machine.ts";
import { nvidiaReadings } from "./nvidia.ts";
import { serving } from "./serving.ts";
import type { Sample } from "./reading.ts";

/** Samples that alerts look back on. */
export const REMEMBERED = 12;
/** Samples after which the heap is swept, where this process may tell its engine so: some milliseconds of work. */
const COLLECT_AFTER = 60;

export async function sampleOf(machine: Machine): Promise<Sample> {
  const { at, elapsed } = machine.now();
  const gpus = [...(await nvidiaReadings(machine)), ...(await amdReadings(machine))];
  return { at, elapsed, readings: [...gpus, ...hostReadings(machine)] };
}

export interface Watching {
  readonly machine: Machine;
  /** Seconds. */
  readonly every: number;
  /** Samples to take; endless where absent. */
  readonly samples: number;
  readonly history: History | null;
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
  let recent: readonly Sample[] = [];
  let alerts: readonly Alert[] = [];
  let samples = 0;
  let lost = 0;
  while (!stop.aborted && samples < watching.samples) {
    const sample = await sampleOf(machine);
    recent = [...recent, sample].slice(-REMEMBERED);
    const why = history?.keep(sample) ?? null;
    if (why !== null) lost += 1;
    alerts = announced(watching, alerts, [...alertsOf(recent), ...lostAlerts(why)], sample.at);
    shown.text = exposition(sample, alerts);
    samples += 1;
    if (samples % COLLECT_AFTER === 0) globalThis.gc?.();
    if (samples < watching.samples)
      await waited(every - (machine.now().elapsed - sample.elapsed), stop);
  }
  server?.close();
  return { samples, lost, last: recent.at(-1) ?? null, alerts };
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
