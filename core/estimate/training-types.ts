/** Nouns of a training step. */
import type { System } from "../catalogue/index.ts";
import type { Interval } from "../interval.ts";
import type { Model } from "../model/index.ts";
import type { Numerics } from "../precision.ts";
import type { Bytes, Flops, Fraction, Seconds, Tokens } from "../units.ts";
import type { Traits } from "./log-linear.ts";
import type { OperatorTime } from "./types.ts";

/** How one copy lies on devices, and how many copies there are. */
export interface TrainingSplit {
  readonly tensor: number;
  readonly pipeline: number;
  /** Pieces of the model that each device holds of an interleaved pipeline; 1 is one piece. */
  readonly virtual: number;
  /** Devices that share one sequence by its positions. */
  readonly context: number;
  /** Devices that experts are spread over; of those that hold tensor ranks and copies. */
  readonly expert: number;
  /** Copies, each with its own share of the batch. */
  readonly data: number;
}

/** What is thrown away in the forward pass and computed again: nothing, attention's inside, whole layers. */
export type Recompute = "none" | "selective" | "full";

/**
 * Kernels of attention: those of the newest libraries, the first that fused it, or scores that are
 * written to memory between one kernel and the next.
 */
export type AttentionKernels = "fused" | "early" | "scores";

/** Of the copies, what each keeps only a share of: nothing, optimiser, gradients too, weights too (ZeRO 1 to 3, FSDP). */
export type Sharding = 0 | 1 | 2 | 3;

export interface Optimiser {
  readonly name: string;
  /** Bytes of state a parameter, the master copy of the weight included. */
  readonly state: Bytes;
  /** Bytes a parameter that intermediate results are moved by, where a kernel is run for each operation; none where one does it all. */
  readonly between?: Bytes;
}

export interface TrainingQuery {
  readonly model: Model;
  readonly system: System;
  readonly numerics: Numerics;
  readonly split: TrainingSplit;
  /** Samples a step, all copies together. */
  readonly batch: number;
  /** Samples a copy computes at once. */
  readonly microBatch: number;
  /** Tokens of a sample; models whose input has one size need none. */
  readonly tokens: Tokens;
  readonly recompute: Recompute;
  readonly sharding: Sharding;
  /** Copies that share among themselves what is sharded, as those of one host or slice; all where absent. */
  readonly shardedOver?: number;
  /** Norms and residuals split over tensor ranks (Megatron). */
  readonly sequenceParallel: boolean;
  readonly attention: AttentionKernels;
  /** Weights learn, or only small matrices beside them (LoRA). */
  readonly tuned: "all" | "adapters";
  readonly optimiser: Optimiser;
  /** Of gradients, as they are kept and exchanged, a parameter. */
  readonly gradient: Bytes;
  /** Kernels are launched one by one from an interpreter, not as compiled graphs. */
  readonly eager: boolean;
  /** Exchanges among tensor ranks run beside the products they wait for; one after the other where absent. */
  readonly overlapped?: boolean;
  /** Images lie channel by channel in memory, as frameworks keep them unless told otherwise; pixel by pixel where absent. */
  readonly channelsFirst?: boolean;
  /** Experts take so many tokens each and drop the rest: the host need not wait for how many they got; all are taken where absent. */
  readonly capped?: boolean;
  /**
   * Experts run in one kernel, products, activation and all, on buffers sized beforehand, and tokens arrive in their order: nothing is moved around it and
   * the host waits for no count; apart where absent.
   */
  readonly fusedExperts?: boolean;
  /** Optimiser states lie in the memory of the hosts, which update the weights (ZeRO-Offload). */
  readonly offload?: boolean;
  /** Year of the software, with its month as a fraction; what is newest where absent. */
  readonly released?: number;
}

/** Bytes of the fullest device. */
export interface TrainingMemory {
  readonly capacity: Bytes;
  readonly weights: Bytes;
  readonly gradients: Bytes;
  readonly optimiser: Bytes;
  readonly activations: Bytes;
  /** In the memory of the hosts, a device. */
  readonly offloaded: Bytes;
}

/** Seconds of a step, by what the devices wait for. */
export interface TrainingParts {
  readonly forward: Seconds;
  readonly backward: Seconds;
  readonly recompute: Seconds;
  /** Stages that wait for the first and last micro-batch. */
  readonly bubble: Seconds;
  /** Gradients and weights between copies, where nothing hides it. */
  readonly exchange: Seconds;
  readonly optimiser: Seconds;
  /** Launching, where it is slower than the devices. */
  readonly host: Seconds;
}

/** Shares of a step. */
export interface NetworkWaits {
  /** For what the network between hosts carries. */
  readonly network: Fraction;
  /** Of that, for tiers that do not carry all that hosts send, and for flows that share an uplink. */
  readonly congestion: Fraction;
}

export interface TrainingEstimate {
  readonly kind: "training-estimate";
  readonly step: Interval;
  readonly samplesPerSecond: Interval;
  readonly tokensPerSecond: Interval;
  /** FLOPs the model asks for in one step, attention under its mask; recomputing counts nothing. */
  readonly flops: Flops;
  /** Of these, of attention's scores and sums. */
  readonly attentionFlops: Flops;
  /** Model FLOPs over peak of all devices, in the format most are multiplied in. */
  readonly utilisation: Fraction;
  readonly devices: number;
  /** At the wall. */
  readonly power: Interval;
  readonly costPerHour: Interval | null;
  /** Grams of CO2e. */
  readonly carbonPerSecond: Interval | null;
  readonly memory: TrainingMemory;
  readonly parts: TrainingParts;
  /** Of one micro-batch on one device. */
  readonly forward: readonly OperatorTime[];
  /** What corrections and interval widths were looked up by; sizes as powers of two. */
  readonly traits: Traits;
  readonly assumptions: readonly string[];
}
