/** Plans kept ready for the tasks that name them; runs of one plan mostly follow one another. */
import type { Shell } from "../shell.ts";
import { readyPlan, type Outcome, type ReadyPlan } from "./ready-plan.ts";
import type { Runner, Task } from "./task.ts";

const KEPT_MAX = 8;

/** Does tasks, by what `shell` may read. Errors: figures of another version than whoever asks has. */
export function keptPlans(shell: Shell): (task: Task) => Promise<Outcome> {
  const kept = new Map<string, ReadyPlan>();
  return async ({ plan, load, seed, fingerprint }) => {
    const key = JSON.stringify(plan);
    const known = kept.get(key);
    const ready = known ?? (await readyPlan(plan, shell));
    if (ready.fingerprint !== fingerprint) {
      const other = "another version of tenlane, its catalogue or Node";
      throw new Error(
        `expected figures ${fingerprint} as asked, got ${ready.fingerprint} here: ${other}`,
      );
    }
    if (known === undefined) {
      const [oldest] = kept.keys();
      if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
      kept.set(key, ready);
    }
    return ready.outcome(load, seed);
  };
}

/** Tasks one after another in this very thread: for a question from elsewhere, which has one. */
export function alone(shell: Shell): Runner {
  return { ahead: 1, run: keptPlans(shell), close: async () => {} };
}
