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
  let stop = () => {};
  run.signal.addEventListener("abort", () => stop(), { once: true });
  let begun = from;
  for (let place = from; place < to && !run.signal.aborted; place += 1) {
    while (begun < to && ahead.length < runner.ahead) {
      ahead.push(lineAt(runner, run, run.indexAt(begun)));
      begun += 1;
    }
    // Racing each point against one promise of the end would keep every outcome until then.
    const line = await new Promise<SweepLine | null>((resolve) => {
      stop = () => resolve(null);
      void ahead.shift()?.then(resolve);
    });
    if (line !== null) run.see(line);
  }
}

async function lineAt(runner: Runner, { study, fingerprints }: Run, index: number) {
  const point = pointAt(study, index);
  const { load, seed, planIndex } = point;
  const { name: _, ...plan } = point.plan;
  const fingerprint = fingerprints[planIndex] ?? "";
  return runner
    .run({ plan, load, seed, fingerprint })
    .then((outcome) => accepted(decodeLine(lineOf(point, outcome)), `point ${index}`))
    .catch((error: unknown) => lineOf(point, failure(error)));
}
