/** What one request saw of the service. */
import type { Seconds } from "../units.ts";
import type { Job } from "./job.ts";

export interface RequestTimes {
  readonly ttft: Seconds;
  /** Zero for an answer of one token. */
  readonly tpot: Seconds;
  readonly latency: Seconds;
}

/** Of a request whose last token is out `now`; `overhead` is what it cost before it was queued. */
export function requestTimes(
  { arrival, first }: Job,
  now: Seconds,
  overhead: Seconds,
): RequestTimes {
  return {
    ttft: first - arrival.time + overhead,
    tpot: arrival.output > 1 ? (now - first) / (arrival.output - 1) : 0,
    latency: now - arrival.time + overhead,
  };
}
