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
import { EXPONENTIAL, isInferenceX, isInStep, isServingRun } from "./lengths.ts";
import { pressureOf, sentRequests } from "./concurrency.ts";
import { isCapped } from "./recipe.ts";
import type { Row } from "./row.ts";
import type { Client } from "./simulated.ts";

const REQUESTS_PER_USER = 10;
/** Runs whose users stay in step: of 3, 10 and 30 a user on half of their rows. */
const REQUESTS_IN_STEP = 3;
/** Beyond it a run repeats itself. */
const REQUESTS_MAX = 40_000;
export const REQUESTS_OPEN = 1_000;

/** Whether the source says how its requests came: the run can then be repeated. */
export function isReplayable(row: Row): boolean {
  return isServingRun(row) || isBurst(row) || pressureOf(row)?.rate !== undefined;
}

/**
 * InferenceX: all users of a run are tasks of one Python loop, which sends the requests of a burst one by
 * one, 5 ms apart. Chosen between 0, 5, 10 and 15 ms (notes/034-first-tokens.md).
 */
const INFERENCE_X: Client = { inTurn: { request: 0.005, outputToken: 0 } };

/**
 * NVIDIA's own runs: first tokens are late by 40 us a prompt token on every engine and split, whatever
 * the load, and no run gives more than 22,000 tokens a second.
 */
const NVIDIA: Client = {
  request: 0.004,
  promptToken: 40e-6,
  inTurn: { request: 0, outputToken: 45e-6 },
};

/** Those of them whose engine was told to run one sequence fewer than there were users. */
const NVIDIA_CAPPED: Client = { ...NVIDIA, promptToken: 0 };

/** What sends the row's requests and reads the answers; null is somebody who takes no time for it. */
export function clientOf(row: Row): Client | null {
  if (!isServingRun(row)) return null;
  if (isInferenceX(row)) return INFERENCE_X;
  return isCapped(row) ? NVIDIA_CAPPED : NVIDIA;
}

/** All requests of a test at once, and no more. */
export function isBurst(row: Row): boolean {
  if (/all prompts sent at once/.test(row.notes)) return true;
  return /QPS INF|rate inf/i.test(row.batch_or_concurrency) && sentRequests(row) !== null;
}

/** Requests of the row's test; null where it says nothing and sends as many as usual. */
export function requestsOf(row: Row, { load, placement }: Query): number | null {
  const users = Math.round(load.concurrency * placement.replicas);
  if (isBurst(row)) return users;
  return sentRequests(row) ?? (isInStep(row) ? REQUESTS_IN_STEP * users : null);
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
  if (variation === EXPONENTIAL) return { kind: "exponential", mean };
  if (variation >= NATURAL) return { kind: "lognormal", mean, variation };
  const half = Math.sqrt(3) * variation * mean;
  return { kind: "uniform", low: Math.ceil(mean - half), high: Math.floor(mean + half) };
}

const NATURAL = 0.3;
