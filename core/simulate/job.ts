/** A request on its way through the service. */
import type { Seconds, Tokens } from "../units.ts";
import type { Arrival } from "./types.ts";

export interface Job {
  readonly id: number;
  readonly arrival: Arrival;
  /** Output tokens to give here: one where others decode, else all. */
  wanted: number;
  /** Prompt tokens still to compute, and those already in the cache. */
  left: Tokens;
  prefix: Tokens;
  /** Prompt tokens that a cache had when it was admitted. */
  found: Tokens;
  /** Output tokens given so far. */
  given: number;
  admitted: Seconds;
  first: Seconds;
  /** Steps (of the lane's count) at which it began to decode, and after which the last token is out; -1 unless decoding. */
  began: number;
  ends: number;
}

export function job(id: number, arrival: Arrival): Job {
  const { input, output, cached } = arrival;
  return {
    id,
    arrival,
    wanted: output,
    left: input - cached,
    prefix: cached,
    found: cached,
    given: 0,
    admitted: -1,
    first: -1,
    began: -1,
    ends: -1,
  };
}
