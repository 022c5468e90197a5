/** A sweep's tasks as jobs of BullMQ, on Redis or Valkey, for workers on any machine. */
import type { Queue, QueueEvents } from "bullmq";
import { inputError, InputError } from "../input-error.ts";
import { QUEUE_NAME, queueServer } from "./connection.ts";
import { decodeOutcome } from "./outcome.ts";
import { hash, type Outcome } from "./ready-plan.ts";
import { isTravelling, TASK_CHARACTERS_MAX, type Runner, type Task } from "./task.ts";

/** Jobs under way or waiting at a time: more than workers take, few enough to hold. */
const AHEAD = 1000;
/** Of a task that fails; the workers that are lost under it are counted apart. */
const ATTEMPTS = 3;
const AGAIN_MILLISECONDS = 500;
/** Finished jobs stay for whoever asks the same again: a coordinator that was stopped, for one. */
const KEPT = { age: 86_400, count: 10_000 };
/** Events can be missed, over a lost connection for one: jobs are looked at again so often. */
const LOOK_MILLISECONDS = 3000;

interface Asked {
  readonly task: Task;
  readonly done: (outcome: Outcome) => void;
  readonly failed: (error: Error) => void;
}

/** A runner over the queue at `url`. Errors: BullMQ is not installed, or no server answers. */
export async function queueRunner(url: string, note: (text: string) => void): Promise<Runner> {
  const server = await queueServer(url);
  const { bull, connected, place, lost, close } = server;
  const queue = new bull.Queue(QUEUE_NAME, { connection: connected() });
  const events = new bull.QueueEvents(QUEUE_NAME, { connection: connected() });
  queue.on("error", () => {});
  events.on("error", () => {});
  await events.waitUntilReady();
  const asked = new Map<string, Asked>();
  const settle = settling(asked, queue);
  listen(events, settle);
  void lost.then((error) => {
    for (const id of asked.keys()) settle.failed(id, error.message);
  });
  const watch = setInterval(() => {
    const looks = [...asked].map(([id, { task }]) => look(queue, settle, { id, task }));
    void Promise.all(looks).catch(() => {});
  }, LOOK_MILLISECONDS);
  const lonely = setTimeout(() => {
    void queue.getWorkersCount().then((count) => {
      if (count === 0) note(`no worker listens yet: tenlane worker --queue ${place}\n`);
    });
  }, LOOK_MILLISECONDS);
  return {
    ahead: AHEAD,
    run: (task) =>
      new Promise((done, failed) => {
        const refused = refusal(task);
        if (refused !== null) {
          failed(refused);
          return;
        }
        const id = hash([task]);
        asked.set(id, { task, done, failed });
        ask(queue, settle, { id, task }).catch((error: Error) => settle.failed(id, error.message));
      }),
    close: async () => {
      clearInterval(watch);
      clearTimeout(lonely);
      const back = Promise.all([...asked.keys()].map((id) => queue.remove(id))).catch(() => {});
      await Promise.race([back, lost]);
      await Promise.race([Promise.allSettled([events.close(), queue.close()]), lost]);
      close();
    },
  };
}

interface Settle {
  /** Errors: what came back is no outcome; it is thrown away, so that the task can be asked again. */
  readonly completed: (id: string, json: unknown) => void;
  readonly failed: (id: string, reason: string) => void;
}

function settling(asked: Map<string, Asked>, queue: Queue): Settle {
  const take = (id: string) => {
    const one = asked.get(id);
    asked.delete(id);
    return one;
  };
  return {
    completed: (id, json) => {
      const one = take(id);
      const outcome = decodeOutcome(json);
      if (outcome.ok) one?.done(outcome.value);
      else {
        void queue.remove(id).catch(() => {});
        one?.failed(new InputError(`job ${id}`, outcome.error));
      }
    },
    failed: (id, reason) => take(id)?.failed(new Error(`${reason} (job ${id})`)),
  };
}

function listen(events: QueueEvents, settle: Settle): void {
  events.on("completed", ({ jobId, returnvalue }) => settle.completed(jobId, returnvalue));
  events.on("failed", ({ jobId, failedReason }) => settle.failed(jobId, failedReason));
}

interface Named {
  readonly id: string;
  readonly task: Task;
}

/** One job a task, whoever asks and however often; one that failed for good or gave no outcome is begun anew. */
async function ask(queue: Queue, settle: Settle, { id, task }: Named): Promise<void> {
  const job = await added(queue, { id, task });
  const state = await job.getState();
  const kept = state === "completed" ? await queue.getJob(id) : undefined;
  const isRubbish = kept !== undefined && !decodeOutcome(kept.returnvalue).ok;
  if (state === "failed" || isRubbish) {
    await queue.remove(id);
    await added(queue, { id, task });
  } else if (state === "completed") await look(queue, settle, { id, task });
}

function added(queue: Queue, { id, task }: Named): ReturnType<Queue["add"]> {
  return queue.add("task", task, {
    jobId: id,
    attempts: ATTEMPTS,
    backoff: AGAIN_MILLISECONDS,
    removeOnComplete: KEPT,
    removeOnFail: KEPT,
  });
}

/** The state is read first: a job that is read before it is completed has no value yet. */
async function look(queue: Queue, settle: Settle, { id, task }: Named): Promise<void> {
  const state = await queue.getJobState(id);
  const job = await queue.getJob(id);
  if (job === undefined || state === "unknown") await added(queue, { id, task });
  else if (state === "completed") settle.completed(id, job.returnvalue);
  else if (state === "failed") settle.failed(id, job.failedReason);
}

/** Why a task cannot leave this machine; null where it can. */
function refusal(task: Task): InputError | null {
  const { model } = task.plan.options;
  if (!isTravelling(model)) {
    return inputError(
      "--queue",
      "models of the catalogue or the Hub, which workers can read",
      model,
    );
  }
  const length = JSON.stringify(task).length;
  if (length <= TASK_CHARACTERS_MAX) return null;
  return inputError("--queue", `tasks of at most ${TASK_CHARACTERS_MAX} characters`, length);
}
