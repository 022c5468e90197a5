/**
 * Requests as the load generator of a row's source sends them.
 *
 * Users of a closed loop all begin at once and send ten requests each; the queue of that beginning is
 * part of what their source reports. An open stream sends what it says, or a thousand.
 *
 * Source: InferenceX benchmark_serving (num-prompts 10 × concurrency, random-range-ratio 0.8, warm-up
 * apart); notes of its rows
 */
import type { LengthLaw, Traffic } from "../core/simulate/index.ts";
import type { Lengths, Query } from "../core/estimate/index.ts";
import { isInferenceX } from "./lengths.ts";
import { pressureOf } from "./concurrency.ts";
import type { Row } from "./row.ts";

const REQUESTS_PER_USER = 10;
/** Beyond it a run repeats itself. */
const REQUESTS_MAX = 5_000;
const REQUESTS_OPEN = 1_000;

/** Whether the source says how its requests came: the run can then be repeated. */
export function isReplayable(row: Row): boolean {
  return isInferenceX(row) || pressureOf(row)?.rate !== undefined;
}

/** What reaches all replicas of `query`; null where the load is no test that ends. */
export function trafficOf({ load, placement }: Query, sent: number | null): Traffic | null {
  const { input, output, cached } = load;
  const lengths = { input: lawOf(input), output: lawOf(output), cached, warmup: 0 };
  if (load.rate !== undefined) {
    const rate = load.rate * placement.replicas;
    return { ...lengths, arrivals: { kind: "poisson", rate }, requests: sent ?? REQUESTS_OPEN };
  }
  const users = Math.round(load.concurrency * placement.replicas);
  if (users >= USERS_MAX && sent === null) return null;
  const requests = sent ?? Math.max(users, Math.min(REQUESTS_MAX, REQUESTS_PER_USER * users));
  return { ...lengths, arrivals: { kind: "closed", users, think: 0 }, requests };
}

/** From here on a queue is not one that a test waits for. */
const USERS_MAX = 10_000;

/** Uniform of the same mean and variation; those of natural text are skew. */
function lawOf({ mean, variation }: Lengths): LengthLaw {
  if (variation === 0) return { kind: "fixed", mean };
  if (variation >= NATURAL) return { kind: "lognormal", mean, variation };
  const half = Math.sqrt(3) * variation * mean;
  return { kind: "uniform", low: Math.ceil(mean - half), high: Math.floor(mean + half) };
}

const NATURAL = 0.3;
