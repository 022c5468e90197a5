/** Runs the points of a sweep, many at a time, and gives their outcomes in order. */
import { accepted } from "../input-error.ts";
import { decodeLine, failure, lineOf, type SweepLine } from "./outcome.ts";
import type { Runner } from "./task.ts";
import { pointAt, type Study } from "./study.ts";

export interface Run {
  readonly study: Study;
  /** Of each plan. */
  readonly fingerprints: readonly string[];
  /** Points to run: the `place`th is number `indexAt(place)` of the study. */
  readonly places: readonly [from: number, to: number];
  readonly indexAt: (place: number) => number;
  readonly see: (line: SweepLine) => void;
  /** Ends the run early: no new points, and none is waited for. */
  readonly signal: AbortSignal;
}

/** No more than `runner.ahead` points are held at a time, so memory does not grow with the sweep. */
export async function runSweep(runner: Runner, run: Run): Promise<void> {
  const [from, to] = run.places;
  const ahead: Promise<SweepLine>[] = [];
  const stopped = new Promise<null>((resolve) => {
    run.signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  let begun = from;
  for (let place = from; place < to && !run.signal.aborted; place += 1) {
    while (begun < to && ahead.length < runner.ahead) {
      ahead.push(lineAt(runner, run, run.indexAt(begun)));
      begun += 1;
    }
    const line = await Promise.race([ahead.shift(), stopped]);
    if (line !== null && line !== undefined) run.see(line);
  }
}

async function lineAt(runner: Runner, { study, fingerprints }: Run, index: number) {
  const point = pointAt(study, index);
  const { load, seed, planIndex } = point;
  const { name: _, ...plan } = point.plan;
  const fingerprint = fingerprints[planIndex] ?? "";
  return runner.run({ plan, load, seed, fingerprint }).then(
    (outcome) => accepted(decodeLine(lineOf(point, outcome)), `point ${index}`),
    (error: unknown) => lineOf(point, failure(error)),
  );
}
