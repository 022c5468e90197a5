/** Tasks of a sweep on threads of this machine. */
import { pool } from "../pool.ts";
import type { Failed } from "./outcome.ts";
import type { Outcome } from "./ready-plan.ts";
import type { Runner, Task } from "./task.ts";

/** Built files are bundled: this one is then a chunk, and the thread an entry beside it. */
const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "../sweep/thread.js",
  import.meta.url,
);
/** Tasks a thread in flight, so that none waits for the coordinator. */
const AHEAD_EACH = 8;

/** `size` threads; a task whose thread dies is tried `attempts` times. */
export function threads(size: number, attempts: number): Runner {
  const { ask, close } = pool<Task, Outcome | Failed>({ file: THREAD, size });
  return {
    ahead: size * AHEAD_EACH,
    run: async (task) => {
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await ask(task);
        switch (outcome.kind) {
          case "lost":
            if (attempt < attempts) break;
            throw new Error(outcome.reason);
          case "failed":
            throw new Error(outcome.reason);
          case "left":
          case "late":
            throw new Error("the threads were let go");
          default:
            return outcome;
        }
      }
    },
    close,
  };
}
