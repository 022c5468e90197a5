/**
 * Where requests come from: pulled one by one, so that a run never holds more than the next.
 *
 * An open stream goes on whatever happens to its requests. In a closed loop, and within a
 * conversation, the next request exists only once an answer has ended.
 */
import type { Seconds } from "../units.ts";
import { source } from "./traffic.ts";
import type { Arrival, Traffic } from "./types.ts";

export interface Feed {
  /** The next request that comes by itself, in order of time; null when there are no more. */
  readonly next: () => Arrival | null;
  /** What the user who sent `arrival` sends next, now that it is answered or refused; null is nothing. */
  readonly answered: (arrival: Arrival, now: Seconds) => Arrival | null;
}

/** Requests drawn from a description, the same for the same seed whoever serves them. */
export function trafficFeed(traffic: Traffic, seed: number): Feed {
  const { arrivals, requests } = traffic;
  const draw = source(traffic, seed);
  const first = arrivals.kind === "closed" ? arrivals.users : Infinity;
  let sent = 0;
  let came = 0;
  let clock: Seconds = 0;
  const next = (): Arrival | null => {
    if (sent >= first || came >= requests) return null;
    if (arrivals.kind !== "closed") clock = draw.following(clock);
    sent += 1;
    came += 1;
    return draw.request(clock);
  };
  const answered = (arrival: Arrival, now: Seconds): Arrival | null => {
    if (came >= requests) return null;
    const turn = draw.turn(arrival, now);
    if (turn === null && arrivals.kind !== "closed") return null;
    came += 1;
    return turn ?? draw.request(draw.following(now));
  };
  return { next, answered };
}

/** Requests of a log, sent at its times. */
export function replayFeed(requests: Iterator<Arrival>): Feed {
  return {
    next: () => {
      const { done, value } = requests.next();
      return done === true ? null : value;
    },
    answered: () => null,
  };
}
