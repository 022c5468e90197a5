/**
 * The run over time, in a bounded number of intervals: when it outlasts them, two become one.
 */
import type {
  Fraction,
  RequestsPerSecond,
  Seconds,
  Tokens,
  TokensPerSecond,
  Watts,
} from "../units.ts";
import type { Observer, Standing, Stepped } from "./observer.ts";
import type { Fleet } from "./simulate.ts";

const INTERVALS_MAX = 256;
const WIDTH_FIRST: Seconds = 1 / 16;

/**
 * Sums over one interval: requests and their tokens, first tokens of those that ended in it, lane-seconds in which a
 * step ran and those times running, waiting and cached tokens, lane-seconds in all, up, and paid for.
 */
type Slot = Record<(typeof REQUEST_SUMS)[number] | (typeof LANE_SUMS)[number], number>;

const REQUEST_SUMS = ["arrived", "ended", "outputTokens", "ttft"] as const;
const LANE_SUMS = ["busy", "running", "waiting", "cacheTokens", "whole", "up", "paid"] as const;

export interface Series {
  readonly observer: Observer;
  readonly rows: (fleet: Shares) => readonly SeriesRow[];
}

/** What turns sums into shares. */
export interface Shares {
  readonly lanes: number;
  /** Of one lane. */
  readonly cacheTokens: Tokens;
  /** At the wall, from a time on for a while; null where it was not metered. */
  readonly powerAt: (time: Seconds) => Watts | null;
}

/** One interval, which begins at `time`. */
export interface SeriesRow {
  readonly time: Seconds;
  readonly arrivalRate: RequestsPerSecond;
  readonly requestRate: RequestsPerSecond;
  readonly outputRate: TokensPerSecond;
  /** Mean of the requests that ended; null where none did. */
  readonly ttft: Seconds | null;
  /** On one lane, while it works. */
  readonly running: number;
  readonly waiting: number;
  readonly occupancy: Fraction;
  readonly utilisation: Fraction;
  /** Shares of the lanes that were up, and paid for. */
  readonly availability: Fraction;
  readonly paid: Fraction;
  readonly power: Watts | null;
}

export function series({
  overhead,
  promptToken = 0,
}: Pick<Fleet, "overhead" | "promptToken">): Series {
  const line = timeline(empty, merged);
  return {
    observer: {
      arrived: (_, now) => {
        line.at(now).arrived += 1;
      },
      ended: ({ arrival, first }, now) => {
        const slot = line.at(now);
        slot.ended += 1;
        slot.outputTokens += arrival.output;
        slot.ttft += first - arrival.time + overhead + promptToken * arrival.input;
      },
      stepped: (step) => book(line.at((step.start + step.end) / 2), step),
      stood: ({ lanes, up, paid, ...span }) =>
        line.over(span, (slot, time) => {
          slot.whole += time * lanes;
          slot.up += time * up;
          slot.paid += time * paid;
        }),
    },
    rows: (shares) => {
      const width = line.width();
      return line.slots().map((slot, index) => rowOf(slot, { time: index * width, width, shares }));
    },
  };
}

function rowOf(
  slot: Slot,
  at: { readonly time: Seconds; readonly width: Seconds; readonly shares: Shares },
): SeriesRow {
  const { time, width, shares } = at;
  const { busy, ended } = slot;
  const whileBusy = (sum: number) => (busy > 0 ? sum / busy : 0);
  const ofAll = (sum: Seconds) => (slot.whole > 0 ? sum / slot.whole : 0);
  return {
    time,
    arrivalRate: slot.arrived / width,
    requestRate: ended / width,
    outputRate: slot.outputTokens / width,
    ttft: ended > 0 ? slot.ttft / ended : null,
    running: whileBusy(slot.running),
    waiting: whileBusy(slot.waiting),
    occupancy: whileBusy(slot.cacheTokens) / shares.cacheTokens,
    utilisation: Math.min(1, busy / (width * shares.lanes)),
    availability: ofAll(slot.up),
    paid: ofAll(slot.paid),
    power: shares.powerAt(time),
  };
}

function empty(): Slot {
  const steps = { busy: 0, running: 0, waiting: 0, cacheTokens: 0 };
  return { arrived: 0, ended: 0, outputTokens: 0, ttft: 0, ...steps, whole: 0, up: 0, paid: 0 };
}

function merged(a: Slot, b: Slot): Slot {
  for (const key of [...REQUEST_SUMS, ...LANE_SUMS]) a[key] += b[key];
  return a;
}

function book(slot: Slot, { start, end, running, waiting, cacheTokens }: Stepped): void {
  const time = end - start;
  slot.busy += time;
  slot.running += time * running;
  slot.waiting += time * waiting;
  slot.cacheTokens += time * cacheTokens;
}

type Span = Pick<Standing, "start" | "end">;

/** Slots of equal width from time zero on. */
export interface Timeline<T> {
  readonly at: (time: Seconds) => T;
  /** Adds to each slot the part of a span that lies in it. */
  readonly over: (span: Span, add: (slot: T, time: Seconds) => void) => void;
  readonly width: () => Seconds;
  readonly slots: () => readonly T[];
}

export function timeline<T>(empty: () => T, merged: (a: T, b: T) => T): Timeline<T> {
  let slots: T[] = [];
  let width = WIDTH_FIRST;
  const at = (time: Seconds): T => {
    while (time >= width * INTERVALS_MAX) {
      slots = paired(slots, empty, merged);
      width *= 2;
    }
    const index = Math.floor(time / width);
    while (slots.length <= index) slots.push(empty());
    return slots[index] ?? empty();
  };
  return {
    at,
    over: ({ start, end }, add) => {
      at(end);
      for (let index = Math.floor(start / width); index * width < end; index += 1) {
        const slot = slots[index];
        const time = Math.min(end, (index + 1) * width) - Math.max(start, index * width);
        if (slot !== undefined) add(slot, time);
      }
    },
    width: () => width,
    slots: () => slots,
  };
}

function paired<T>(slots: readonly T[], empty: () => T, merged: (a: T, b: T) => T): T[] {
  return Array.from({ length: Math.ceil(slots.length / 2) }, (_, index) =>
    merged(slots[2 * index] ?? empty(), slots[2 * index + 1] ?? empty()),
  );
}
