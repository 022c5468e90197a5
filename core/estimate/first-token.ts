/**
 * Time from a free slot to the first token.
 *
 * The step in progress ends, then the prompt's own steps run. Prompts that came during the same step share those steps
 * as far as they fit (a gated queue); what does not fit waits its turn (M/D/1, in units of full steps). Steps vary in
 * length, and an arrival sees the long ones: with Poisson arrivals the length-biased mean is `t + p²X / (1 − (pX)²)`.
 *
 * Requests of equal length whose users wait for them stay in step: those that ended together start
 * together, fill whole steps, and find the group before them in progress. Lengths that differ let
 * users drift apart; the share still in step falls as the drift outgrows a full step.
 *
 * Symbols: t mean step, p time a prompt's chunk adds, X arrivals a second
 * Source: Takagi 1991, "Queueing Analysis" vol. 1, section 1.3 (gated vacations); Kleinrock 1975,
 * "Queueing Systems" vol. 1, section 5.2 (residual life), section 5.6 (M/G/1);
 * core/simulate on equal lengths (a group finds the one before it in progress)
 */
import type { Fraction, RequestsPerSecond, Seconds } from "../units.ts";

/** What one prompt asks of a lane. */
export interface PromptWork {
  /** Time it adds to the steps it is part of, in all. */
  readonly added: Seconds;
  /** Time by which it delays sequences that are decoding. */
  readonly stall: Seconds;
  /** Steps it is spread over. */
  readonly chunks: number;
  /** Prompts that fit in one step; at least 1. */
  readonly together: number;
  /** Its steps compute nothing else. */
  readonly alone: boolean;
}

export interface LaneLoad {
  /** Of other requests. */
  readonly arrivals: RequestsPerSecond;
  /** Chance that an arrival finds a step in progress. */
  readonly busy: Fraction;
  readonly decodeStep: Seconds;
  /** Mean step, prompts included. */
  readonly tokenTime: Seconds;
}

/** Users in a closed loop, and how far apart (standard deviation) their requests end in one round. */
export interface Users {
  readonly count: number;
  readonly drift: Seconds;
}

/** Steps of a prompt that has the lane to itself and the running decodes. */
export function ownTime(prompt: PromptWork, decodeStep: Seconds): Seconds {
  return prompt.added + (prompt.alone ? 0 : prompt.chunks * decodeStep);
}

/** Rounds a user has been through at the middle of a run of ten requests a user, as benchmarks send. */
const ROUNDS = 5;

/**
 * Share of users who still start together, 0 to 1. Where prompts are computed alone nobody decodes
 * until all prompts are done, so all users are one group; elsewhere those whose prompts fit in a step.
 */
export function shareInStep(prompt: PromptWork, load: LaneLoad, { count, drift }: Users): Fraction {
  const group = prompt.alone ? count : groupOf(prompt, count);
  return Math.exp(-ROUNDS * (drift / groupTime(prompt, load, group)) ** 2);
}

/**
 * Groups of `count` users who start together. Client and tokeniser let a group in one by one, so a
 * prompt's steps hold half of it on average.
 */
export function timeInStep(prompt: PromptWork, load: LaneLoad, count: number): Seconds {
  if (prompt.alone) return waveTime(prompt, load, count);
  const group = groupOf(prompt, count);
  const found = 1 - group / Math.max(group, count);
  return groupTime(prompt, load, (group + 1) / 2) * (1 + found);
}

function groupOf(prompt: PromptWork, count: number): number {
  return Math.max(1, Math.min(prompt.together, count));
}

function groupTime(prompt: PromptWork, load: LaneLoad, group: number): Seconds {
  return ownTime(prompt, load.decodeStep) + Math.max(0, group - 1) * prompt.added;
}

/** Users who started at random moments, or a stream of strangers. */
export function scatteredTime(prompt: PromptWork, load: LaneLoad): Seconds {
  const biased = biasedStep(prompt.added / prompt.chunks, load);
  const others = Math.min(load.arrivals * biased, prompt.together - 1);
  return (
    (load.busy * biased) / 2 +
    ownTime(prompt, load.decodeStep) +
    others * prompt.added +
    waitForTurn(prompt, load)
  );
}

/** Mean time to first token of `size` requests that arrive at once, served in order. */
export function waveTime(prompt: PromptWork, load: LaneLoad, size: number): Seconds {
  const ahead = Math.max(0, size - 1) / 2;
  return ownTime(prompt, load.decodeStep) + ahead * turn(prompt, load);
}

/** Below this share of its own step, the variance of gated steps is finite for certain. */
const LOAD_MAX = 0.98;

function biasedStep(chunk: Seconds, load: LaneLoad): Seconds {
  const share = Math.min(LOAD_MAX, load.arrivals * chunk);
  return load.tokenTime + (chunk * share) / (1 - share * share);
}

/** Engine time a prompt takes in a queue of prompts: its own work and its part of the steps' decodes. */
function turn(prompt: PromptWork, load: LaneLoad): Seconds {
  if (prompt.alone) return prompt.added;
  const steps = prompt.chunks > 1 ? prompt.chunks : 1 / prompt.together;
  return prompt.added + steps * load.decodeStep;
}

/**
 * Wait beyond the step in progress: M/D/1 over turns less its residual; where several prompts fit in a step, as many leave at once.
 */
function waitForTurn(prompt: PromptWork, load: LaneLoad): Seconds {
  const service = turn(prompt, load);
  const share = Math.min(1 - 1e-9, load.arrivals * service);
  return (share * share * service) / (2 * (1 - share)) / prompt.together;
}
