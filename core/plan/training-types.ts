/** Nouns of a training plan. */
import type {
  Coefficients,
  Infeasible,
  NetworkWaits,
  Recompute,
  Sharding,
  System,
  TrainingEstimate,
  TrainingSplit,
} from "../estimate/index.ts";
import type { Interval } from "../interval.ts";
import type { Model } from "../model/index.ts";
import type { Numerics } from "../precision.ts";
import type { Bytes, Dollars, Fraction, Seconds, Tokens } from "../units.ts";
import type { Breach } from "./types.ts";

/** What is to be learnt, whatever the hardware: one file a run. */
export interface TrainingRun {
  readonly name: string;
  readonly about?: string | undefined;
  /** Of one sequence. */
  readonly tokens: Tokens;
  /** Sequences a step. */
  readonly batch: number;
  /** Tokens of the whole run. */
  readonly budget: Tokens;
  /** Weights, or only adapters beside them (LoRA; QLoRA where the weights have four bits). */
  readonly tuned: "all" | "adapters";
}

/** What every plan must keep. Absent is unlimited. */
export interface TrainingLimits {
  /** Wall time of the run, failures included. */
  readonly time?: Seconds;
  /** Of the whole run. */
  readonly cost?: Dollars;
  readonly devices?: number;
}

export type TrainingLimitName = keyof TrainingLimits;

export const TRAINING_OBJECTIVES = ["cost", "time", "energy", "carbon", "devices"] as const;
export type TrainingObjective = (typeof TRAINING_OBJECTIVES)[number];

export interface TrainingRequest {
  readonly model: Model;
  readonly run: TrainingRun;
  readonly limits: TrainingLimits;
  /** Each device in the hosts it can be had in, the largest first. */
  readonly sites: readonly { readonly hosts: readonly System[] }[];
  /** Devices there are of a kind, by id; of those not named there are as many as are asked for. */
  readonly stock?: Readonly<Record<string, number>>;
  readonly numerics: readonly Numerics[];
  readonly objective: TrainingObjective;
  /** Device-seconds between failures that stop a run; absent is what the largest published run saw. */
  readonly deviceBetween?: Seconds;
  readonly coefficients?: Coefficients;
}

/** How the model lies on the devices, and what is kept, shared, computed again or moved to hosts. */
export interface TrainingLayout {
  readonly split: TrainingSplit;
  readonly microBatch: number;
  readonly sharding: Sharding;
  readonly recompute: Recompute;
  readonly offload: boolean;
  readonly numerics: Numerics;
}

/** What failures and checkpoints take. */
export interface TrainingReliability {
  /** Between failures of the whole system. */
  readonly between: Seconds;
  /** Between saves, where least is lost. */
  readonly interval: Seconds;
  readonly save: Seconds;
  /** Bytes of one checkpoint. */
  readonly bytes: Bytes;
  /** Share of time that the run advances in; its ends are new machines, and none that fail. */
  readonly goodput: Interval;
}

export interface TrainingPlan {
  readonly system: System;
  readonly layout: TrainingLayout;
  readonly estimate: TrainingEstimate;
  readonly waits: NetworkWaits;
  readonly reliability: TrainingReliability;
  /** Steps of the run. */
  readonly steps: number;
  /** Wall time of the run. */
  readonly time: Interval;
  readonly cost: Interval | null;
  /** Joules at the wall. */
  readonly energy: Interval;
  /** Grams of CO2e. */
  readonly carbon: Interval | null;
}

/** The plan runs, but breaks a limit. */
export type TrainingBreach = Breach<TrainingLimitName>;

export interface TrainingRefusal {
  readonly system: System;
  readonly devices: number;
  readonly infeasible: Infeasible | TrainingBreach;
}

export interface TrainingAnswer {
  /** Best first, the best of each device. */
  readonly plans: readonly TrainingPlan[];
  readonly tried: number;
  readonly refused: Readonly<Record<string, number>>;
  /** The refusal that is missed by least; null where there are plans. */
  readonly nearest: TrainingRefusal | null;
}

/** The one thing that differs. */
export type TrainingChange =
  | "compute"
  | "memory-bandwidth"
  | "memory-capacity"
  | "link"
  | "network"
  | "no-failures"
  | "twice-the-devices";

export interface TrainingCounterfactual {
  readonly change: TrainingChange;
  readonly answer: TrainingPlan | null;
  /** Objective after over before: below 1 is better; null where either is unknown. */
  readonly ratio: Fraction | null;
}
