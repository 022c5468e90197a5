/** What one request saw of the service. */
import type { Seconds } from "../units.ts";
import type { Job } from "./job.ts";

export interface RequestTimes {
  readonly ttft: Seconds;
  /** Zero for an answer of one token. */
  readonly tpot: Seconds;
  readonly latency: Seconds;
}

/** What a request costs before it is queued: once, and for each token of its prompt. */
export interface RequestHost {
  readonly overhead: Seconds;
  readonly promptToken?: Seconds;
}

/** Of a request whose last token is out `now`. */
export function requestTimes(
  { arrival, first }: Job,
  now: Seconds,
  { overhead, promptToken = 0 }: RequestHost,
): RequestTimes {
  const { time, input, output } = arrival;
  const before = overhead + promptToken * input;
  return {
    ttft: first - time + before,
    tpot: output > 1 ? (now - first) / (output - 1) : 0,
    latency: now - time + before,
  };
}
