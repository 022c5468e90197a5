/** A worker of a queue: takes tasks, and has them done by threads, so that it can always say it lives. */
import type { Job } from "bullmq";
import { pathText } from "../../core/index.ts";
import { QUEUE_NAME, queueServer } from "./connection.ts";
import type { Outcome } from "./ready-plan.ts";
import { decodeTask } from "./task.ts";
import { threads } from "./threads.ts";

/** A worker that has not been heard of for so long is lost, and its tasks go to others. */
const LOCK_MILLISECONDS = 10_000;
const STALLED_MILLISECONDS = 5000;
/** Workers that may be lost under one task. */
const STALLED_MAX = 2;

export interface Work {
  readonly done: number;
  readonly failed: number;
}

export interface WorkQuestion {
  readonly url: string;
  readonly size: number;
  /** Seconds without a task after which to stop; Infinity for never. */
  readonly idle: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Works until it is stopped or idle; tasks under way are done to their end. */
export async function work({ url, size, idle, signal, note }: WorkQuestion): Promise<Work> {
  const { bull, connected, place, lost, close } = await queueServer(url);
  const pool = threads(size, 1);
  const count = { done: 0, failed: 0 };
  let last = performance.now();
  const worker = new bull.Worker(
    QUEUE_NAME,
    async ({ data }: Job): Promise<Outcome> => {
      const task = decodeTask(data);
      if (task.ok) return pool.run(task.value);
      const { path, expected, got } = task.error;
      throw new bull.UnrecoverableError(`${pathText(path)}: expected ${expected}, got ${got}`);
    },
    {
      connection: connected(),
      concurrency: size,
      lockDuration: LOCK_MILLISECONDS,
      stalledInterval: STALLED_MILLISECONDS,
      maxStalledCount: STALLED_MAX,
    },
  );
  const busy = new Set<string | undefined>();
  worker.on("error", () => {});
  worker.on("active", ({ id }) => busy.add(id));
  const ended = (id: string | undefined) => {
    busy.delete(id);
    last = performance.now();
  };
  worker.on("completed", ({ id }) => {
    count.done += 1;
    ended(id);
  });
  worker.on("failed", (job, { message }) => {
    count.failed += 1;
    note(`task ${job?.id} failed: ${message}\n`);
    ended(job?.id);
  });
  note(`working at ${place}, ${size} at a time; Ctrl-C stops\n`);
  const reason = await Promise.race([
    lost,
    stopped(signal),
    idled(() => busy.size === 0 && performance.now() - last >= idle * 1000, signal),
  ]);
  await Promise.race([worker.close(), lost]);
  await pool.close();
  close();
  if (reason instanceof Error) throw reason;
  return count;
}

function stopped(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
}

const IDLE_LOOK_MILLISECONDS = 100;

function idled(isIdle: () => boolean, signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      if (!isIdle() && !signal.aborted) return;
      clearInterval(watch);
      resolve(null);
    }, IDLE_LOOK_MILLISECONDS);
  });
}
