/** How many requests a row had under way, from the words of its batch column. */
import type { Row } from "./row.ts";
import { benchRequests } from "./trtllm-bench.ts";

export interface Pressure {
  /** Requests in flight on the whole system; without end where all were queued at once. */
  readonly requests: number;
  /** Requests a second that came whatever was in flight; absent in a closed loop. */
  readonly rate?: number;
  /** Sequences that the engine was told to run at most on one replica; absent is its default. */
  readonly cap?: number;
}

/** More requests than any system runs at once. */
const QUEUED = 100_000;

/** Requests of a test that says how many it sent; null where it does not. */
export function sentRequests(row: Row): number | null {
  const queued = benchRequests(row);
  if (queued !== null) return queued;
  const sent = /(\d+) (?:requests|prompts)(?!\/)/.exec(
    `${row.batch_or_concurrency} ${row.notes}`,
  )?.[1];
  return sent === undefined ? null : Number(sent);
}

/** Requests of a test that sends all at once. */
export function queuedRequests(row: Row): number {
  return sentRequests(row) ?? QUEUED;
}

/** Pressure that the row states; null where it states none. */
export function pressureOf(row: Row): Pressure | null {
  const words = row.batch_or_concurrency;
  const average = Number(/average running batch ([\d.]+)/.exec(row.notes)?.[1]);
  if (average > 0) {
    return { requests: average, cap: Math.ceil(Number(words) > 0 ? Number(words) : average) };
  }
  const scheduled = /scheduled load ([\d.]+) samples\/s/.exec(row.notes)?.[1];
  const rate = Number(
    scheduled ?? /(?:QPS |open loop |Poisson ~?|asynchronous@)([\d.]+)/.exec(words)?.[1],
  );
  const batch = Number(/(?:max_num_seqs|engine batch) (\d+)/.exec(words)?.[1]);
  if (rate > 0) return { requests: 1, rate, ...(batch > 0 ? { cap: batch } : {}) };
  const queued = queuedRequests(row);
  if (/QPS INF|rate inf/.test(words) || words === "max") return { requests: queued };
  const cap = Number(/max_num_seqs (\d+)/.exec(words)?.[1]);
  if (cap > 0) return { requests: queued, cap };
  const users = /up to (\d+) concurrent users.*engine batch (\d+)/.exec(words);
  if (users !== null) return { requests: Number(users[1]), cap: Number(users[2]) };
  const each = Number(/^(\d+) per device/.exec(words)?.[1]);
  if (each > 0) return { requests: each * (row.accelerators ?? 1) };
  const plain = Number(/^\d+(\.\d+)?/.exec(words)?.[0]);
  return plain > 0 ? { requests: plain * copiesOf(row) } : null;
}

/** Replicas that each took the batch of the cell: their figures are twice those of one, in as much time. */
function copiesOf({ notes }: Row): number {
  return Number(/\((\d+) replica\(s\) of TP\d+\)/.exec(notes)?.[1] ?? 1);
}
