/** Where questions wait for one of a few threads. The loop that serves never computes; whoever leaves frees the thread. */
import { pool, type Asking } from "../pool.ts";
import type { Outcome } from "./outcome.ts";
import type { Errand } from "./question.ts";

/** Built files are bundled: this one is then a chunk, and the thread an entry beside it. */
const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "../serve/thread.js",
  import.meta.url,
);

export interface DeskLimits {
  readonly threads: number;
  /** Questions that may wait. */
  readonly waitingMax: number;
  /** That one question may compute. */
  readonly seconds: number;
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

/** Until it is known how long questions take. */
const SECONDS_FIRST = 1;
/** Weight of the latest question in how long one takes. */
const LATEST_SHARE = 0.1;

/** A desk with `threads` threads, which turns away whoever comes when enough wait. */
export function desk({ threads, waitingMax, seconds }: DeskLimits): Desk {
  let answered = 0;
  let typical = SECONDS_FIRST;
  const seats = pool<string, Outcome>({
    file: THREAD,
    size: threads,
    seconds,
    answered: (took) => {
      answered += 1;
      typical += (took - typical) * LATEST_SHARE;
    },
  });

  return {
    ask: async (errand, asking) => {
      const { waiting, isFull } = seats.state();
      if (isFull && waiting >= waitingMax && !asking.signal.aborted) {
        const wait = (waiting * typical) / threads;
        return { kind: "busy", seconds: Math.max(1, Math.ceil(wait)) };
      }
      const outcome = await seats.ask(JSON.stringify(errand), asking);
      return outcome.kind === "lost" ? { kind: "failed", reason: outcome.reason } : outcome;
    },
    state: () => {
      const { computing, waiting } = seats.state();
      return { computing, waiting, answered };
    },
    close: seats.close,
  };
}
