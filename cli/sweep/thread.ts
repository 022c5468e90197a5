/** A thread of a sweep: takes tasks one by one. */
import { parentPort } from "node:worker_threads";
import { ownShell } from "../shell.ts";
import { failure } from "./outcome.ts";
import { readyPlan, type ReadyPlan } from "./ready-plan.ts";
import type { Task } from "./task.ts";

/** Plans kept ready; runs of one plan mostly follow one another. */
const KEPT_MAX = 8;

const kept = new Map<string, ReadyPlan>();
const shell = ownShell();

async function readied({ plan, fingerprint }: Task): Promise<ReadyPlan> {
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
  return ready;
}

parentPort?.on("message", async (task: Task) => {
  const answer = await readied(task)
    .then(({ outcome }) => outcome(task.load, task.seed))
    .catch((error: unknown) => failure(error));
  parentPort?.postMessage(answer, []);
});
