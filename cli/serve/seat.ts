/** One thread, and the question it is at. */
import { Worker } from "node:worker_threads";
import type { Outcome } from "./outcome.ts";

/** Built files are bundled: this one is then a chunk, and the thread an entry beside it. */
const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "../serve/thread.js",
  import.meta.url,
);
/** Beyond this a thread ends, and not the whole program. */
const HEAP_MEGABYTES = 1024;

export interface Ticket {
  readonly text: string;
  readonly reached: (share: number) => void;
  readonly settle: (outcome: Outcome) => void;
}

export interface Seat {
  ticket: Ticket | null;
  readonly worker: Worker;
  readonly take: (ticket: Ticket) => void;
  readonly end: (outcome: Outcome) => void;
}

interface SeatEnds {
  /** A question was answered, in so many seconds. */
  readonly freed: (took: number) => void;
  /** The thread is no more. */
  readonly gone: () => void;
}

/** A thread, which ends a question that computes for over `seconds`. */
export function seat(seconds: number, { freed, gone }: SeatEnds): Seat {
  const worker = new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
  let clock: NodeJS.Timeout | undefined;
  let started = 0;
  let reason = "the thread ended";
  const settle = (outcome: Outcome) => {
    clearTimeout(clock);
    const { ticket } = one;
    one.ticket = null;
    ticket?.settle(outcome);
  };
  const one: Seat = {
    worker,
    ticket: null,
    take: (ticket) => {
      one.ticket = ticket;
      started = performance.now();
      clock = setTimeout(() => one.end({ kind: "late", seconds }), seconds * 1000);
      worker.postMessage(ticket.text, []);
    },
    end: (outcome) => {
      // Taken for good: no other question may come to a thread that is about to end.
      const { ticket } = one;
      clearTimeout(clock);
      ticket?.settle(outcome);
      one.ticket = { text: "", reached: () => {}, settle: () => {} };
      void worker.terminate();
    },
  };
  worker.on("message", (word: Outcome | { readonly kind: "reached"; readonly share: number }) => {
    if (word.kind === "reached") return one.ticket?.reached(word.share);
    settle(word);
    freed((performance.now() - started) / 1000);
  });
  worker.on("error", ({ message }: Error) => (reason = message));
  worker.on("exit", () => {
    settle({ kind: "failed", reason });
    gone();
  });
  return one;
}
