/** Those who watch a run: metrics, series, traces. */
import type { Seconds, Tokens } from "../units.ts";
import type { Job } from "./job.ts";

/** Told of what happens; the metrics of a run are one observer. */
export interface Observer {
  readonly arrived?: (job: Job, now: Seconds) => void;
  readonly ended?: (job: Job, now: Seconds) => void;
  readonly refused?: (job: Job, now: Seconds) => void;
  /** A step, or a stride of equal ones, that has ended. */
  readonly stepped?: (step: Stepped) => void;
  /** How the replicas of a pool stood, told when that changes and at the end. */
  readonly stood?: (standing: Standing) => void;
}

/** Lanes of a pool, those from number `first` on, and how many were up and paid for in a span of time. */
export interface Standing {
  readonly first: number;
  readonly lanes: number;
  readonly start: Seconds;
  readonly end: Seconds;
  readonly up: number;
  readonly paid: number;
}

export interface Stepped {
  /** Which lane of all. */
  readonly lane: number;
  readonly start: Seconds;
  readonly end: Seconds;
  readonly steps: number;
  readonly running: number;
  readonly waiting: number;
  readonly cacheTokens: Tokens;
  /** Prompts, or pieces of them, computed in it. */
  readonly chunks: readonly { readonly query: Tokens; readonly prefix: Tokens }[];
  /** Sequences that decode in each step, tokens computed for each, and their mean context. */
  readonly decodes: number;
  readonly computed: Tokens;
  readonly context: Tokens;
}

/** Several who watch one run, told in turn. */
export function joined(observers: readonly Observer[]): Observer {
  const [only, ...others] = observers;
  if (only !== undefined && others.length === 0) return only;
  return {
    arrived: (job, now) => observers.forEach(({ arrived }) => arrived?.(job, now)),
    ended: (job, now) => observers.forEach(({ ended }) => ended?.(job, now)),
    refused: (job, now) => observers.forEach(({ refused }) => refused?.(job, now)),
    stepped: (step) => observers.forEach(({ stepped }) => stepped?.(step)),
    stood: (standing) => observers.forEach(({ stood }) => stood?.(standing)),
  };
}
