/** Nouns of a plan. */
import type {
  Coefficients,
  Estimate,
  Engine,
  Infeasible,
  Lengths,
  Placement,
  System,
} from "../estimate/index.ts";
import type { Model } from "../model/index.ts";
import type { Numerics } from "../precision.ts";
import type { Dollars, Fraction, RequestsPerSecond, Seconds, Watts } from "../units.ts";

/** What users send and what they get, whatever the hardware: one file a workload. */
export interface Workload {
  readonly name: string;
  readonly about?: string | undefined;
  readonly input: Lengths;
  readonly output: Lengths;
  /** Share of input tokens already in the prefix cache: system prompts, earlier turns. */
  readonly cached: Fraction;
}

/** How much of it: an open stream, users who wait for their answer, or as much as one replica can. */
export type Demand =
  | { readonly kind: "rate"; readonly rate: RequestsPerSecond }
  | { readonly kind: "users"; readonly users: number }
  | { readonly kind: "saturate" };

/** What every plan must keep. Absent is unlimited. */
export interface Limits {
  readonly ttft?: Seconds;
  readonly tpot?: Seconds;
  readonly latency?: Seconds;
  readonly costPerHour?: Dollars;
  /** At the wall. */
  readonly power?: Watts;
  readonly devices?: number;
}

export type LimitName = keyof Limits;

export const OBJECTIVES = ["cost", "latency", "throughput", "energy", "carbon", "devices"] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** One kind of device in the hosts it can be had in, the largest first, and the engines that run on it. */
export interface Site {
  readonly hosts: readonly System[];
  readonly engines: readonly Engine[];
}

export interface PlanRequest {
  readonly model: Model;
  readonly workload: Workload;
  readonly demand: Demand;
  readonly limits: Limits;
  readonly sites: readonly Site[];
  /** Devices there are of a kind, by id; of those not named there are as many as are asked for. */
  readonly stock?: Readonly<Record<string, number>>;
  /** Formats to try, in order of preference; each site tries those its device can multiply or unpack. */
  readonly numerics: readonly Numerics[];
  readonly objective: Objective;
  /**
   * Prompts and decodes on devices of their own: every split of them (true), none (false), or those of
   * the best plan of each device that a limit on time holds back (absent).
   */
  readonly disaggregated?: boolean;
  /** With a user's own profile; absent are those that ship. */
  readonly coefficients?: Coefficients;
  /** Asks for every plan that no other beats in both of two objectives, instead of one ranking. */
  readonly front?: readonly [Objective, Objective];
  /** Share of moments at which the limits must hold, as load rises and falls: 0.9 is p90. */
  readonly percentile: Fraction;
  /** How sure a plan must be to keep its limits, over what tenlane does not know: 0.5 takes the median. */
  readonly confidence: Fraction;
}

/** What keeps a plan from serving more on the same devices. */
export type Binding = LimitName | "cache" | "sequences" | "demand";

/** One way to serve the demand. */
export interface Plan {
  readonly system: System;
  readonly placement: Placement;
  /** At the mean load. */
  readonly estimate: Estimate;
  /** Requests in flight on one replica at the mean load, and the most that keeps the limits. */
  readonly concurrency: { readonly mean: number; readonly max: number };
  readonly binding: Binding;
  /** Probability that every limit holds, over the intervals of the estimate at the chosen percentile of load. */
  readonly confidence: Fraction;
}

/** A candidate that cannot do it, and why. */
export interface Refusal {
  readonly system: System;
  readonly placement: Placement;
  readonly infeasible: Infeasible | Breach;
}

/** The placement runs, but even one request at a time breaks a limit. */
export interface Breach<Limit extends string = LimitName> {
  readonly kind: "breach";
  readonly limit: Limit;
  readonly allowed: number;
  readonly reached: number;
}

/** Ranked plans, best first, of what was searched so far. */
export interface Ranking {
  readonly plans: readonly Plan[];
  /** Candidates tried, and how many failed for which reason. */
  readonly tried: number;
  readonly refused: Readonly<Record<string, number>>;
  /** The candidate that comes nearest; null when there are plans or none was sized. */
  readonly nearest: Refusal | null;
}

/** Ranked plans, or why there is none and what would help most. */
export interface PlanAnswer extends Ranking {
  /** The smallest change of limits that makes a plan possible; null when there are plans or none would. */
  readonly relaxed: Relaxed | null;
}

/** Limits that had to give, each with what it must become, and the plan they then allow. */
export interface Relaxed {
  readonly breaches: readonly Breach[];
  readonly plan: Plan;
}
