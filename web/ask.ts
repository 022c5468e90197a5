/** Questions to the worker. */
import { onMachine, usedMachine } from "./own-machine.ts";
import type { FromWorker, Refused, ToWorker } from "./worker/messages.ts";
import type { Verb, Verbs } from "./worker/verbs.ts";

export interface Listener<V extends Verb> {
  readonly part: (answer: Verbs[V]["answer"]) => void;
  readonly end?: () => void;
  readonly refused: (refused: Refused) => void;
}

const listeners = new Map<number, Listener<Verb>>();
let asked = 0;
const worker = started();

function started(): Worker {
  const made = new Worker(new URL("worker.js", document.baseURI), { type: "module" });
  made.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    const listener = listeners.get(data.id);
    if (data.kind !== "part") listeners.delete(data.id);
    if (data.kind === "part") listener?.part(data.answer as never);
    else if (data.kind === "end") listener?.end?.();
    else listener?.refused(data.refused);
  });
  if (usedMachine().text !== null) tellMachine(made);
  return made;
}

function tellMachine(to: Worker): void {
  to.postMessage({ kind: "machine", ...usedMachine() } satisfies ToWorker);
}

onMachine(() => tellMachine(worker));

/** Asks, and hears the answer in parts until its end; what is returned takes the question back. */
export function ask<V extends Verb>(
  verb: V,
  question: Verbs[V]["question"],
  listener: Listener<V>,
): () => void {
  asked += 1;
  const id = asked;
  listeners.set(id, listener as unknown as Listener<Verb>);
  worker.postMessage({ kind: "ask", id, verb, question } satisfies ToWorker);
  return () => {
    listeners.delete(id);
    worker.postMessage({ kind: "cancel", id } satisfies ToWorker);
  };
}

/**
 * As {@link ask}, of a worker of its own: for work in one piece, which hears of nothing until it is done.
 * What is returned ends that worker.
 */
export function askAlone<V extends Verb>(
  verb: V,
  question: Verbs[V]["question"],
  listener: Listener<V>,
): () => void {
  asked += 1;
  const id = asked;
  const own = started();
  const close = (): void => {
    listeners.delete(id);
    own.terminate();
  };
  const closing: Listener<V> = {
    part: listener.part,
    end: () => {
      close();
      listener.end?.();
    },
    refused: (refused) => {
      close();
      listener.refused(refused);
    },
  };
  listeners.set(id, closing as unknown as Listener<Verb>);
  own.postMessage({ kind: "ask", id, verb, question } satisfies ToWorker);
  return close;
}
