/** How long a model takes to be begun and to run: by it a search foresees what each further step takes. */
import type { Seconds } from "../../units.ts";

export interface Pace {
  /** Of one run at the threads asked for. */
  readonly run: Seconds;
  /** Of a process with one session, before its first run. */
  readonly load: Seconds;
}

/** Of the shortest comparison of long runs: two sessions warm up, and have five turns and four. */
const RUNS_COMPARED = 11;
const SESSIONS_COMPARED = 3;

/** Of a comparison that is given `budget`: where runs are long, what its least takes. */
export function compareTime({ run, load }: Pace, budget: Seconds): Seconds {
  return Math.max(budget + load, SESSIONS_COMPARED * load + RUNS_COMPARED * run);
}

/** Of the outputs of so many samples. */
export function outputsTime({ run, load }: Pace, samples: number): Seconds {
  return load + samples * run;
}

/** Runs of a profile: to warm up, to fill the caches, and those that are counted. */
const RUNS_PROFILED = 4;
const PROFILE_LEAST: Seconds = 1.5;

export function profileTime({ run, load }: Pace): Seconds {
  return 2 * load + Math.max(PROFILE_LEAST, RUNS_PROFILED * run);
}
