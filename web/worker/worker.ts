/**
 * The core in a thread of its own, so that the page never waits for it.
 *
 * Verbs give their answers in parts; between two parts the worker hears of cancellations. A verb that is
 * asked again cancels its earlier question.
 */
import type { UsedMachine } from "../own-machine.ts";
import { extendBy } from "./current-catalogue.ts";
import { kindAnswer } from "./kind-verb.ts";
import { listsAnswer } from "./lists.ts";
import type { FromWorker, Refused, ToWorker } from "./messages.ts";
import { planAnswer } from "./plan-verb.ts";
import { Refusal } from "./refusal.ts";
import type { Verb, Verbs } from "./verbs.ts";

type Answerer<V extends Verb> = (
  question: Verbs[V]["question"],
  /** Sends a part from within work that does not stop to yield. */
  tell: (part: Verbs[V]["answer"]) => void,
) => AsyncIterable<unknown>;

/** What the first view asks is at hand; the rest is loaded when it is first asked. */
const ANSWERERS: { readonly [V in Verb]: () => Answerer<V> | Promise<Answerer<V>> } = {
  lists: () => listsAnswer,
  plan: () => planAnswer,
  batches: () => import("./batches-verb.ts").then(({ batchesAnswer }) => batchesAnswer),
  devices: () => import("./devices-verb.ts").then(({ devicesAnswer }) => devicesAnswer),
  entry: () => import("./entry-verb.ts").then(({ entryAnswer }) => entryAnswer),
  model: () => import("./model-verb.ts").then(({ modelAnswer }) => modelAnswer),
  kind: () => kindAnswer,
  linked: () => import("./linked-verb.ts").then(({ linkedAnswer }) => linkedAnswer),
  machine: () => import("./machine-verb.ts").then(({ machineAnswer }) => machineAnswer),
  read: () => import("./read-verb.ts").then(({ readAnswer }) => readAnswer),
  worth: () => import("./worth-verb.ts").then(({ worthAnswer }) => worthAnswer),
  claim: () => import("./claim-verb.ts").then(({ claimAnswer }) => claimAnswer),
  simulate: () => import("./simulate-verb.ts").then(({ simulateAnswer }) => simulateAnswer),
};

const open = new Set<number>();

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "cancel") open.delete(data.id);
  else if (data.kind === "ask") void answer(data);
  else machineRead = machineRead.catch(() => {}).then(() => own(data));
});

/** Until then no question is answered. */
let machineRead = Promise.resolve();

/** What cannot be read is left out: an older version may have kept it, and of a link the page says so. */
async function own({ text, isLinked }: UsedMachine): Promise<void> {
  let entries: unknown = {};
  if (text !== null) {
    const { machineEntries } = await import("./link-machine.ts");
    entries = await machineEntries(text, isLinked).catch((error: unknown) => {
      if (error instanceof Refusal) return {};
      throw error;
    });
  }
  extendBy(entries);
}

async function answer({ id, verb, question }: Extract<ToWorker, { kind: "ask" }>): Promise<void> {
  open.add(id);
  try {
    const answerer = (await ANSWERERS[verb as Verb]()) as (
      question: unknown,
      tell: (part: unknown) => void,
    ) => AsyncIterable<unknown>;
    const tell = (part: unknown): void => send({ kind: "part", id, answer: part });
    await machineRead;
    await nextTask();
    if (!open.has(id)) return;
    for await (const part of answerer(question, tell)) {
      tell(part);
      await nextTask();
      if (!open.has(id)) return;
    }
    send({ kind: "end", id });
  } catch (error) {
    send({ kind: "refused", id, refused: refusedOf(error) });
  } finally {
    open.delete(id);
  }
}

function refusedOf(error: unknown): Refused {
  if (error instanceof Refusal) return error.refused;
  const got = error instanceof Error ? error.message : String(error);
  return { path: "tenlane", expected: "an answer", got };
}

function send(message: FromWorker): void {
  postMessage(message);
}

/** Lets messages in: a task, since a resolved promise alone would not. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
