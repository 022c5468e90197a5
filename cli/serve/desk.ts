/** Where questions wait for one of a few threads. The loop that serves never computes; whoever leaves frees the seat. */
import type { Outcome } from "./outcome.ts";
import type { Errand } from "./question.ts";
import { seat, type Seat, type Ticket } from "./seat.ts";

export interface DeskLimits {
  readonly threads: number;
  /** Questions that may wait. */
  readonly waitingMax: number;
  /** That one question may compute. */
  readonly seconds: number;
}

export interface Asking {
  readonly signal: AbortSignal;
  readonly reached: (share: number) => void;
}

export interface DeskState {
  readonly computing: number;
  readonly waiting: number;
  readonly answered: number;
}

export interface Desk {
  readonly ask: (errand: Errand, asking: Asking) => Promise<Outcome>;
  readonly state: () => DeskState;
  readonly close: () => Promise<void>;
}

const LEFT: Outcome = { kind: "left" };
/** Until it is known how long questions take. */
const SECONDS_FIRST = 1;
/** Weight of the latest question in how long one takes. */
const LATEST_SHARE = 0.1;

/** A desk with `threads` seats, each taken when there is somebody for it. */
export function desk({ threads, waitingMax, seconds }: DeskLimits): Desk {
  const waiting: Ticket[] = [];
  const seats = new Set<Seat>();
  let answered = 0;
  let typical = SECONDS_FIRST;

  function next(): void {
    if (waiting.length === 0) return;
    const free = [...seats].find(({ ticket }) => ticket === null);
    const one = free ?? (seats.size < threads ? opened() : undefined);
    const ticket = one && waiting.shift();
    if (ticket !== undefined) one?.take(ticket);
  }

  function opened(): Seat {
    const one = seat(seconds, {
      freed: (took) => {
        answered += 1;
        typical += (took - typical) * LATEST_SHARE;
        next();
      },
      gone: () => {
        seats.delete(one);
        next();
      },
    });
    seats.add(one);
    return one;
  }

  function dropped(ticket: Ticket): void {
    const index = waiting.indexOf(ticket);
    if (index >= 0) waiting.splice(index, 1);
    for (const each of seats) if (each.ticket === ticket) each.end(LEFT);
    ticket.settle(LEFT);
  }

  const isFull = () =>
    waiting.length >= waitingMax &&
    seats.size >= threads &&
    [...seats].every(({ ticket }) => ticket !== null);

  const busy = (): Outcome => {
    const wait = (waiting.length * typical) / threads;
    return { kind: "busy", seconds: Math.max(1, Math.ceil(wait)) };
  };

  return {
    ask: (errand, asking) => {
      if (asking.signal.aborted) return Promise.resolve(LEFT);
      if (isFull()) return Promise.resolve(busy());
      return new Promise((resolve) => {
        waiting.push(ticketOf(errand, asking, { settle: resolve, dropped }));
        next();
      });
    },
    state: () => {
      const computing = [...seats].filter(({ ticket }) => ticket !== null).length;
      return { computing, waiting: waiting.length, answered };
    },
    close: async () => {
      for (const { settle } of waiting.splice(0)) settle(LEFT);
      for (const each of seats) each.end(LEFT);
      await Promise.all([...seats].map(({ worker }) => worker.terminate()));
    },
  };
}

/** A question that is dropped when whoever asked leaves. */
function ticketOf(
  errand: Errand,
  { signal, reached }: Asking,
  ends: Pick<Ticket, "settle"> & { readonly dropped: (ticket: Ticket) => void },
): Ticket {
  const leave = () => ends.dropped(ticket);
  const ticket: Ticket = {
    text: JSON.stringify(errand),
    reached,
    settle: (outcome) => {
      signal.removeEventListener("abort", leave);
      ends.settle(outcome);
    },
  };
  signal.addEventListener("abort", leave, { once: true });
  return ticket;
}
