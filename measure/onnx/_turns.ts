/** Subjects that take turns under the clock. */
import process from "node:process";
import { isSettled, sampleMedian, timingOf, type Timing } from "../../core/optimise/index.ts";
import type { Opened } from "./_engine.ts";

/** Seconds of a run by the wall's clock and by the processor, all threads together. */
export interface Run {
  readonly wall: number;
  readonly cpu: number;
}

/** `count` runs in a row. */
export async function slot({ run }: Opened, first: number, count: number): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let turn = first; turn < first + count; turn += 1) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await run(turn);
    const wall = (performance.now() - start) / 1e3;
    const { user, system } = process.cpuUsage(cpu);
    runs.push({ wall, cpu: (user + system) / 1e6 });
  }
  return runs;
}

const WARM_RUNS_MIN = 2;

/** Runs until times have settled or `budget` seconds are over; the middle of the last runs. */
export async function warmed(subject: Opened, budget: number): Promise<number> {
  const end = performance.now() + budget * 1e3;
  const times: number[] = [];
  while (times.length < WARM_RUNS_MIN || (performance.now() < end && !isSettled(times))) {
    const [{ wall } = { wall: 0 }] = await slot(subject, times.length, 1);
    times.push(wall);
    if (wall > budget) break;
  }
  return sampleMedian(times.slice(-5));
}

/** Runs as a timing; memory is the whole process's, at its most. */
export function timing(runs: readonly Run[]): Timing {
  return timingOf(
    runs.map(({ wall }) => wall),
    {
      cpu: sampleMedian(runs.map(({ cpu }) => cpu)),
      bytesResident: process.resourceUsage().maxRSS * 1024,
    },
  );
}
