/** Nouns of a simulation. */
import type { Fraction, RequestsPerSecond, Seconds, Tokens, TokensPerSecond } from "../units.ts";

/** One request as it reaches the service. */
export interface Arrival {
  readonly time: Seconds;
  readonly input: Tokens;
  readonly output: Tokens;
  /** Leading input tokens found in the prefix cache. */
  readonly cached: Tokens;
}

/** Lengths of requests, drawn one by one. */
export type LengthLaw =
  | { readonly kind: "fixed"; readonly mean: Tokens }
  /** Uniform between `low` and `high`, both drawn. */
  | { readonly kind: "uniform"; readonly low: Tokens; readonly high: Tokens }
  | { readonly kind: "lognormal"; readonly mean: Tokens; readonly variation: Fraction };

/** When requests come. */
export type Arrivals =
  /** `users` at a time, each sending its next request `think` seconds after its answer. */
  | { readonly kind: "closed"; readonly users: number; readonly think: Seconds }
  | { readonly kind: "poisson"; readonly rate: RequestsPerSecond }
  | { readonly kind: "gamma"; readonly rate: RequestsPerSecond; readonly variation: Fraction }
  | { readonly kind: "weibull"; readonly rate: RequestsPerSecond; readonly shape: number };

export interface Traffic {
  readonly arrivals: Arrivals;
  readonly input: LengthLaw;
  readonly output: LengthLaw;
  /** Share of input tokens in the prefix cache. */
  readonly cached: Fraction;
  /** Requests in all, and how many of the first are left out of the metrics. */
  readonly requests: number;
  readonly warmup: number;
}

/** How an engine schedules, in figures. */
export interface Policy {
  /** Prompts may be cut to fill a step. */
  readonly chunked: boolean;
  /** Prompts and decodes may share a step; otherwise waiting prompts go first, alone. */
  readonly mixed: boolean;
  /** Memory set aside at admission: the prompt's (and recompute when it runs out) or the whole answer's. */
  readonly reserve: "prompt" | "whole";
  /** Newcomers wait until the whole batch has ended. */
  readonly drained: boolean;
  readonly stepTokensMax: Tokens;
  readonly sequencesMax: number;
  readonly block: Tokens;
  /** Tokens the KV cache holds. */
  readonly cacheTokens: Tokens;
}

/** One quantity over the measured requests. */
export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface Metrics {
  /** At the client: from sending to the first token, host overhead of the request included. */
  readonly ttft: Distribution;
  /** Mean time between the output tokens of a request after its first; requests of one token have none. */
  readonly tpot: Distribution;
  readonly latency: Distribution;
  /** From arrival to admission. */
  readonly queueing: Distribution;
  readonly requestRate: RequestsPerSecond;
  readonly outputRate: TokensPerSecond;
  /** From the first arrival to the last end. */
  readonly duration: Seconds;
  /** Share of the duration in which a step ran. */
  readonly utilisation: Fraction;
  /** KV tokens in use over capacity, time-weighted. */
  readonly occupancy: Fraction;
  readonly running: number;
  readonly preemptions: number;
  readonly steps: number;
  /** Requests that can never fit the KV cache, refused on arrival. */
  readonly refused: number;
  readonly measured: number;
  readonly state: "stable" | "backlogged" | "overloaded";
}
