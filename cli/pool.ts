/** A pool of threads of this machine. Each is at one question at a time, so that ending it ends that question and nothing else. */
import { Worker } from "node:worker_threads";

/** Beyond this a thread ends, and not the whole program. */
const HEAP_MEGABYTES = 1024;

/** How a question ends that its thread did not answer. */
export type Ended =
  /** Whoever asked has left, or the pool was closed. */
  | { readonly kind: "left" }
  | { readonly kind: "late"; readonly seconds: number }
  /** Its thread is no more. */
  | { readonly kind: "lost"; readonly reason: string };

export interface Asking {
  readonly signal: AbortSignal;
  /** Of a thread that says how far it is: `{ kind: "reached", share }`. */
  readonly reached: (share: number) => void;
}

export interface PoolState {
  readonly computing: number;
  readonly waiting: number;
  /** No thread is free, and none can be started. */
  readonly isFull: boolean;
}

export interface Pool<Question, Answer> {
  readonly ask: (question: Question, asking?: Asking) => Promise<Answer | Ended>;
  readonly state: () => PoolState;
  readonly close: () => Promise<void>;
}

export interface Threads {
  readonly file: URL;
  readonly size: number;
  /** That one question may compute; Infinity where absent. */
  readonly seconds?: number;
  /** An answer took so many seconds. */
  readonly answered?: (seconds: number) => void;
}

interface Ticket<Question, Answer> {
  readonly question: Question;
  readonly reached: (share: number) => void;
  readonly settle: (answer: Answer | Ended) => void;
}

interface Seat<Question, Answer> {
  /** What it is at; null is free. */
  readonly ticket: () => Ticket<Question, Answer> | null;
  readonly take: (ticket: Ticket<Question, Answer>) => void;
  /** Ends the thread, and what it is at with `ended`. */
  readonly end: (ended: Ended) => Promise<unknown>;
}

const LEFT: Ended = { kind: "left" };

/** `size` threads, each started when there is somebody for it. */
export function pool<Question, Answer extends { readonly kind: string }>(
  threads: Threads,
): Pool<Question, Answer> {
  const waiting: Ticket<Question, Answer>[] = [];
  const seats = new Set<Seat<Question, Answer>>();

  function next(): void {
    if (waiting.length === 0) return;
    const free = [...seats].find(({ ticket }) => ticket() === null);
    const one = free ?? (seats.size < threads.size ? opened() : undefined);
    const ticket = one && waiting.shift();
    if (ticket !== undefined) one?.take(ticket);
  }

  function opened(): Seat<Question, Answer> {
    const gone = () => {
      seats.delete(one);
      next();
    };
    const one = seat<Question, Answer>(threads, { freed: next, gone });
    seats.add(one);
    return one;
  }

  function dropped(ticket: Ticket<Question, Answer>): void {
    const index = waiting.indexOf(ticket);
    if (index >= 0) waiting.splice(index, 1);
    for (const each of seats) if (each.ticket() === ticket) void each.end(LEFT);
    ticket.settle(LEFT);
  }

  const computing = () => [...seats].filter(({ ticket }) => ticket() !== null).length;
  return {
    ask: (
      question,
      { signal, reached } = { signal: new AbortController().signal, reached: () => {} },
    ) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(LEFT);
        const leave = () => dropped(ticket);
        const settle = (answer: Answer | Ended) => {
          signal.removeEventListener("abort", leave);
          resolve(answer);
        };
        const ticket = { question, reached, settle };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(ticket);
        next();
      }),
    state: () => {
      const busy = computing();
      return { computing: busy, waiting: waiting.length, isFull: busy >= threads.size };
    },
    close: async () => {
      for (const { settle } of waiting.splice(0)) settle(LEFT);
      await Promise.all([...seats].map(({ end }) => end(LEFT)));
    },
  };
}

/** One thread, which ends a question that computes for too long. */
function seat<Question, Answer extends { readonly kind: string }>(
  { file, seconds = Infinity, answered = () => {} }: Threads,
  { freed, gone }: { readonly freed: () => void; readonly gone: () => void },
): Seat<Question, Answer> {
  type Word = Answer | { readonly kind: "reached"; readonly share: number };
  const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
  let ticket: Ticket<Question, Answer> | null = null;
  let clock: NodeJS.Timeout | undefined;
  let started = 0;
  let reason = "the thread ended";

  function settle(answer: Answer | Ended): void {
    clearTimeout(clock);
    const settled = ticket;
    ticket = null;
    settled?.settle(answer);
  }

  function end(ended: Ended): Promise<unknown> {
    settle(ended);
    // Taken for good: no other question may come to a thread that is about to end.
    ticket = { question: null as Question, reached: () => {}, settle: () => {} };
    return worker.terminate();
  }

  worker.on("message", (word: Word) => {
    if (isReached(word)) return ticket?.reached(word.share);
    settle(word);
    answered((performance.now() - started) / 1000);
    freed();
  });
  worker.on("error", ({ message }: Error) => (reason = message));
  worker.on("exit", () => {
    settle({ kind: "lost", reason });
    gone();
  });
  return {
    ticket: () => ticket,
    take: (taken) => {
      ticket = taken;
      started = performance.now();
      if (Number.isFinite(seconds))
        clock = setTimeout(() => void end({ kind: "late", seconds }), seconds * 1000);
      worker.postMessage(taken.question, []);
    },
    end,
  };
}

function isReached(word: {
  readonly kind: string;
}): word is { readonly kind: "reached"; readonly share: number } {
  return word.kind === "reached";
}
