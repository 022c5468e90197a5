/**
 * The process between users and an engine: takes requests and sends tokens, one thing after another.
 *
 * HTTP, tokenising and streaming share one thread. Requests that come together reach the scheduler one by one; and many short steps can
 * make more tokens than are sent, so that answers, and the requests that follow them, come later than the engine alone would have them.
 *
 * Source: notes/034-first-tokens.md
 */
import type { Seconds, Tokens } from "../units.ts";

/** What each such process takes. */
export interface FrontEndCost {
  /** Taking a request. */
  readonly request: Seconds;
  /** Sending a token. */
  readonly outputToken: Seconds;
}

/** Processes that are alike, and how many of them there are. */
export interface FrontEnd {
  readonly cost: FrontEndCost;
  readonly count: number;
}

/** One of them, and until when it is busy with what it has. */
export interface Desk {
  readonly cost: FrontEndCost;
  free: Seconds;
}

export function desks({ cost, count }: FrontEnd): readonly Desk[] {
  return Array.from({ length: count }, () => ({ cost, free: 0 }));
}

/** Takes a request that comes `now`; when the engine has it. */
export function accept(desk: Desk, now: Seconds): Seconds {
  desk.free = Math.max(desk.free, now) + desk.cost.request;
  return desk.free;
}

/** Equal steps, and the tokens that each of them gives. */
export interface Given {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly steps: number;
  readonly tokens: Tokens;
}

/** Sends tokens as the steps give them; when the last is out. */
export function send(desk: Desk, { start, end, steps, tokens }: Given): Seconds {
  const work = tokens * desk.cost.outputToken;
  if (work === 0) return end;
  const first = start + (end - start) / steps;
  desk.free = Math.max(Math.max(desk.free, first) + steps * work, end + work);
  return desk.free;
}

/** The desk that is free first; none where there are none. */
export function freest(all: readonly Desk[]): Desk | undefined {
  let best = all[0];
  for (const desk of all) if (best !== undefined && desk.free < best.free) best = desk;
  return best;
}
