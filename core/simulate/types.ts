/** Nouns of a simulation. */
import type { Fraction, RequestsPerSecond, Seconds, Tokens, TokensPerSecond } from "../units.ts";

/** One request as it reaches the service. */
export interface Arrival {
  readonly time: Seconds;
  readonly input: Tokens;
  readonly output: Tokens;
  /** Leading input tokens found in the prefix cache. */
  readonly cached: Tokens;
  /** The prompt as pieces that may be in a cache, from its start; `cached` is then what is found. */
  readonly pieces?: readonly Piece[];
  /** The answer as a piece that later prompts may begin with. */
  readonly answer?: Piece;
}

/** Tokens that are the same wherever the key is, given that all before them are. */
export interface Piece {
  readonly key: number;
  readonly tokens: Tokens;
}

/** Lengths of requests, drawn one by one. */
export type LengthLaw =
  | { readonly kind: "fixed"; readonly mean: Tokens }
  /** Uniform between `low` and `high`, both drawn. */
  | { readonly kind: "uniform"; readonly low: Tokens; readonly high: Tokens }
  | { readonly kind: "lognormal"; readonly mean: Tokens; readonly variation: Fraction }
  | { readonly kind: "exponential"; readonly mean: Tokens };

/** When requests come. */
export type Arrivals =
  /** `users` at a time, each sending its next request `think` seconds after its answer. */
  | { readonly kind: "closed"; readonly users: number; readonly think: Seconds }
  | { readonly kind: "poisson"; readonly rate: RequestsPerSecond }
  | { readonly kind: "gamma"; readonly rate: RequestsPerSecond; readonly variation: Fraction }
  | { readonly kind: "weibull"; readonly rate: RequestsPerSecond; readonly shape: number }
  /** Poisson whose rate swings as a sine around `rate`: by `swing` of it, once a `period`. */
  | {
      readonly kind: "diurnal";
      readonly rate: RequestsPerSecond;
      readonly swing: Fraction;
      readonly period: Seconds;
    };

export interface Traffic {
  readonly arrivals: Arrivals;
  readonly input: LengthLaw;
  readonly output: LengthLaw;
  /** Of the two lengths of a request, as that of the normal variables behind them (a Gaussian copula); absent is none. */
  readonly correlation?: number;
  /** Share of input tokens in the prefix cache. */
  readonly cached: Fraction;
  /** Requests in all, and how many of the first are left out of the metrics. */
  readonly requests: number;
  readonly warmup: number;
  /** Several requests of one user, each with all before it as its prefix; absent is one. */
  readonly turns?: Turns;
}

/** A conversation: its turns follow one another after thinking, and share a system prompt. */
export interface Turns {
  /** Requests a conversation. */
  readonly count: number;
  readonly think: Seconds;
  /** Tokens that all conversations begin with. */
  readonly shared: Tokens;
}

/** What a request must keep to count as good. Absent is unlimited. */
export interface RequestLimits {
  readonly ttft?: Seconds;
  readonly tpot?: Seconds;
  readonly latency?: Seconds;
}

/** How requests are shared out over lanes. */
export type Router = "least-loaded" | "round-robin" | "prefix-aware";

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
  /** While others decode, whoever waits is let in this many steps after the first of them came; 0 where absent. */
  readonly gather?: number;
  /** While others decode, newcomers are let in every so many steps. */
  readonly poll?: number;
  readonly block: Tokens;
  /** Tokens the KV cache holds. */
  readonly cacheTokens: Tokens;
  /** Tokens a request may have, prompt and answer; any that fit the cache where absent. */
  readonly contextMax?: Tokens;
  /** Tokens drafted a step and the chance that one is accepted; absent is a token a step. */
  readonly speculation?: { readonly drafted: number; readonly acceptance: Fraction };
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
  /** Requests within their limits: a second, and as a share of the measured and of those refused after the warm-up. */
  readonly goodput: RequestsPerSecond;
  readonly good: Fraction;
  /** From the first arrival to the last end. */
  readonly duration: Seconds;
  /** Share of the duration in which a step ran. */
  readonly utilisation: Fraction;
  /** KV tokens in use over capacity, time-weighted. */
  readonly occupancy: Fraction;
  /** Requests running on one lane while it works. */
  readonly running: number;
  /** Mean lengths of the measured requests. */
  readonly input: Tokens;
  readonly output: Tokens;
  readonly preemptions: number;
  readonly steps: number;
  /** Requests that can never fit the KV cache or the context, refused on arrival. */
  readonly refused: number;
  readonly measured: number;
  /** Requests that came, warm-up and refused included. */
  readonly sent: number;
  /** Why traffic was cut short: too many waited, or the run took too many events; null is to its end. */
  readonly cut: "queue" | "events" | null;
  /** Replicas that failed, counted each time; the shares of all that were up, and paid for, over the run. */
  readonly failures: number;
  readonly availability: Fraction;
  /** Broken ones too, and those on their way or let go that finish what they have. */
  readonly paid: Fraction;
  /** Share of prompt tokens that were found in a cache. */
  readonly cachedShare: Fraction;
  readonly state: "stable" | "backlogged" | "overloaded";
}
