/** Questions to the worker. */
import type { FromWorker, Refused, ToWorker } from "./worker/messages.ts";
import type { Verb, Verbs } from "./worker/verbs.ts";

export interface Listener<V extends Verb> {
  readonly part: (answer: Verbs[V]["answer"]) => void;
  readonly end?: () => void;
  readonly refused: (refused: Refused) => void;
}

const worker = new Worker(new URL("worker.js", document.baseURI), { type: "module" });
const listeners = new Map<number, Listener<Verb>>();
let asked = 0;

worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
  const listener = listeners.get(data.id);
  if (data.kind !== "part") listeners.delete(data.id);
  if (data.kind === "part") listener?.part(data.answer as never);
  else if (data.kind === "end") listener?.end?.();
  else listener?.refused(data.refused);
});

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
