/** A thread of the server: one question at a time, so that ending it ends that question and nothing else. */
import { parentPort } from "node:worker_threads";
import { outcomeOf } from "./outcome.ts";
import type { Errand } from "./question.ts";

/** Between two words of progress. */
const QUIET_MILLISECONDS = 100;

let told = -Infinity;

function tell(share: number): void {
  const now = performance.now();
  if (now - told < QUIET_MILLISECONDS) return;
  told = now;
  parentPort?.postMessage({ kind: "reached", share }, []);
}

/** Errands come as text: a document as deep as its sender likes is never cloned. */
parentPort?.on("message", async (text: string) => {
  parentPort?.postMessage(await outcomeOf(JSON.parse(text) as Errand, tell), []);
});
