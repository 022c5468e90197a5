/** A pool of threads of this machine. */
import { Worker } from "node:worker_threads";
import type { Failed } from "./outcome.ts";
import type { Outcome } from "./ready-plan.ts";
import type { Runner, Task } from "./task.ts";

/** Built files are bundled: this one is then a chunk, and the thread an entry beside it. */
const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "../sweep/thread.js",
  import.meta.url,
);
/** A simulation takes some hundred megabytes; beyond this a thread ends, and not the whole program. */
const HEAP_MEGABYTES = 1024;
/** Tasks a thread in flight, so that none waits for the coordinator. */
const AHEAD_EACH = 8;

interface Waiting {
  readonly task: Task;
  readonly attempt: number;
  readonly done: (outcome: Outcome) => void;
  readonly failed: (error: Error) => void;
}

/** `size` threads, each started when there is work for it; a task whose thread dies is tried `attempts` times. */
export function threads(size: number, attempts: number): Runner {
  const queue: Waiting[] = [];
  const idle: Thread[] = [];
  const all = new Set<Thread>();
  let isClosed = false;

  function next(): void {
    if (isClosed || queue.length === 0) return;
    const free = idle.pop() ?? (all.size < size ? started() : undefined);
    const waiting = free && queue.shift();
    if (waiting !== undefined) free?.take(waiting);
  }

  function started(): Thread {
    const one = thread({
      freed: () => {
        idle.push(one);
        next();
      },
      lost: (waiting, error) => {
        all.delete(one);
        if (idle.includes(one)) idle.splice(idle.indexOf(one), 1);
        if (waiting === null) return;
        const { attempt, failed } = waiting;
        if (attempt < attempts) queue.unshift({ ...waiting, attempt: attempt + 1 });
        else failed(error);
        next();
      },
    });
    all.add(one);
    return one;
  }

  return {
    ahead: size * AHEAD_EACH,
    run: (task) =>
      new Promise((done, failed) => {
        queue.push({ task, attempt: 1, done, failed });
        next();
      }),
    close: async () => {
      isClosed = true;
      await Promise.all([...all].map(({ end }) => end()));
    },
  };
}

interface Thread {
  readonly take: (waiting: Waiting) => void;
  readonly end: () => Promise<unknown>;
}

/** One thread, and what it is at. */
function thread({
  freed,
  lost,
}: {
  readonly freed: () => void;
  readonly lost: (waiting: Waiting | null, error: Error) => void;
}): Thread {
  const worker = new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
  let at: Waiting | null = null;
  let cause: Error | null = null;
  worker.on("message", (answer: Outcome | Failed) => {
    const waiting = at;
    at = null;
    if (answer.kind === "failed") waiting?.failed(new Error(answer.reason));
    else waiting?.done(answer);
    freed();
  });
  worker.on("error", (error: Error) => (cause = error));
  worker.on("exit", (code) => lost(at, cause ?? new Error(`a thread ended with ${code}`)));
  return {
    take: (waiting) => {
      at = waiting;
      worker.postMessage(waiting.task, []);
    },
    end: () => worker.terminate(),
  };
}
