/** Nouns of an estimate. Functions that compute them live beside this file, one concept a file. */
import type { System } from "../catalogue/index.ts";
import type { Basis, Interval } from "../interval.ts";
import type { Traits } from "./log-linear.ts";
import type { Model } from "../model/index.ts";
import type { Operator, Parallel } from "../operators/index.ts";
import type { Numerics, Precision } from "../precision.ts";
import type { Speculation } from "./speculation.ts";
import type { Bytes, Fraction, RequestsPerSecond, Seconds, Tokens } from "../units.ts";

export type { System } from "../catalogue/index.ts";

/** How a serving engine budgets memory and schedules; one file an engine in catalogue/engines. */
export interface Engine {
  readonly id: string;
  readonly name: string;
  readonly scheduler: "chunked" | "in-flight" | "static";
  /** Described in a paper and not to be had: simulated where it is named, offered nowhere. */
  readonly paper?: boolean;
  /** Vendors whose devices it runs on, spelt as catalogue devices spell them. */
  readonly vendors: readonly string[];
  /** Share of device memory the engine takes, and of what: all of it, or what weights leave free. */
  readonly memory: {
    readonly fraction: Fraction;
    readonly of: "total" | "free";
    /** Activations live in what the share leaves, not within it (SGLang); absent is within. */
    readonly activationsOutside?: boolean;
  };
  /** Tokens a KV block. */
  readonly block: Tokens;
  /** Prompts get steps of their own while decodes wait; absent is steps that mix both. */
  readonly promptsAlone?: boolean;
  /** Cache set aside when a request is let in; by its scheduler where absent. */
  readonly reserve?: "prompt" | "whole";
  /** Most tokens a step computes. */
  readonly stepTokensMax: Tokens;
  /** While others decode, the scheduler waits this many steps after a newcomer before it lets all of them in; 0 where absent. */
  readonly gatherSteps?: number;
  /** While others decode, the scheduler looks for newcomers only every so many steps; each step where absent. */
  readonly pollSteps?: number;
  /** Most sequences running at once on one scheduler. */
  readonly sequencesMax: number;
  /** Context, workspaces and graphs a device holds besides weights, activations and cache; absent is none. */
  readonly runtime?: Bytes;
  /** The same as a share of device memory: context and allocator slack grow with the device. */
  readonly runtimeShare?: Fraction;
  /** Buffers of collectives, besides `runtime`, on a device that works with others; absent is none. */
  readonly communication?: Bytes;
  /** Bytes of sampling a sequence and vocabulary entry: logits, probabilities, and copies where it sorts. */
  readonly logitBytes: Bytes;
  /** Device graphs replayed in decoding (true), or each kernel launched by the host. */
  readonly graphs: boolean;
  /** A framework that runs layer by layer: seconds of the host to launch one; absent is whole graphs. */
  readonly launch?: Seconds;
  /** A framework that picks the boxes of a detector on the host, one thread a device: seconds a score, during which the device waits. */
  readonly choice?: Seconds;
  /** A framework whose threads on a CPU wait for each other after each operator: seconds of that. */
  readonly barrier?: Seconds;
  /** Runs operators as they are written, none of them fused, on a processor too. */
  readonly eager?: boolean;
  /** Seconds by which each operator of a decoder's prompt takes longer, whatever its length: to work out shapes, or load code. */
  readonly reading?: Seconds;
  /** Prompts are computed in pieces of so many tokens by kernels apart, see core/estimate/prompt-pieces.ts; absent is whole and fused. */
  readonly pieces?: {
    readonly tokens: Tokens;
    /** Layers whose kernels are launched ahead of a device that is at work. */
    readonly layersAhead: number;
    /** Bytes moved for a value that a product gives. */
    readonly valueBytes: Bytes;
  };
  /** Decode steps of fixed shapes read a cache padded to a power of two, or one as long as the whole text from the start. */
  readonly padded?: "power" | "whole";
  /** Most FLOPs a unit and cycle of a GPU that the engine's own matrix kernels reach; absent is what the device can do. */
  readonly flopsPerCycle?: number;
  /** The same for fused attention over prompts. */
  readonly attentionPerCycle?: number;
  /** Most bytes a unit and cycle of a GPU that the engine's own products of vectors stream; absent is all of its memory's. */
  readonly bytesPerCycle?: number;
  /** Passes such a framework makes over the scores of attention: 0 with a fused kernel. */
  readonly scorePasses?: number;
  /** Decodes without matrix units: values of keys and values that a unit multiplies a cycle, each query head by itself; absent is with them. */
  readonly vectorAttention?: number;
  /** Prompts of so many tokens and more attend in a kernel that leaves masked scores out where compilers do not; absent is none. */
  readonly fusedFrom?: Tokens;
  /** On a vendor's devices, experts in FP8 with scales by block are computed in tiles of so many rows, empty ones too (core/estimate/padded-experts.ts). */
  readonly rowsAside?: { readonly rows: number; readonly vendor: string };
  /** Attention groups that step together are all padded to the tokens of the fullest; absent is no padding. */
  readonly groupsPadded?: boolean;
  /** Years that the version is older than those of 2026; absent is none. */
  readonly age?: number;
  /** Drafts tokens and verifies them in one step; absent is one token a step. */
  readonly speculation?: Speculation;
  /** First month of each series of releases, by its first version; absent where no version is told apart. */
  readonly releases?: Readonly<Record<string, string>>;
  /** By the first version of a span of releases: what was otherwise in it. Its `id` names the span's own host costs. */
  readonly generations?: Readonly<Record<string, EngineGeneration>>;
  /** Vendors on whose devices all-reduces of any size run in the library's rings, for want of kernels of its own; absent is none. */
  readonly ringed?: readonly string[];
  /** Defaults that depend on the device, smallest memory first; the last that applies wins. See `engineOn`. */
  readonly tiers?: readonly EngineTier[];
}

/** What an engine of a span of releases did otherwise; the fields are those of {@link Engine}. */
export type EngineGeneration = Pick<Engine, "id"> & Partial<Omit<Engine, "id" | "generations">>;

/** Defaults of an engine on devices of at least so much memory that multiply in a format. */
export interface EngineTier {
  readonly memoryMin: Bytes;
  readonly precision?: Precision;
  readonly fraction?: Fraction;
  readonly stepTokensMax?: Tokens;
  readonly sequencesMax?: number;
}

/** How one model lies on one system. */
export interface Placement {
  readonly parallel: Parallel;
  /** Independent copies behind a router. */
  readonly replicas: number;
  readonly numerics: Numerics;
  readonly engine: Engine;
  /**
   * Devices that only compute prompts and hand the cache over; `parallel` and `replicas` are then
   * those that only decode, and both pools together are one service. Absent is both on each replica.
   */
  readonly prefill?: Pool;
}

/** Workers that are alike. */
export interface Pool {
  readonly parallel: Parallel;
  readonly replicas: number;
  /** As this pool has set it, where that is not as the other has. */
  readonly engine?: Engine;
}

/** Lengths in tokens: the mean, and the spread of requests around it as a coefficient of variation. */
export interface Lengths {
  readonly mean: Tokens;
  readonly variation: Fraction;
}

/** What users ask of the service. */
export interface Load {
  readonly input: Lengths;
  readonly output: Lengths;
  /** Share of input tokens found in the prefix cache. */
  readonly cached: Fraction;
  /** Requests in flight on one replica, or on both pools of a disaggregated service. */
  readonly concurrency: number;
  /** Requests a second that reach one replica (or both pools) whatever is in flight; `concurrency` is then an outcome. */
  readonly rate?: RequestsPerSecond;
  /** Share of requests that came all at once, when a benchmark began; absent is none. */
  readonly burst?: Fraction;
  /** What a prompt holds the engine up beyond its tokens, such as to encode pictures; absent is nothing. */
  readonly reading?: Seconds;
}

/** Bytes of one device, the most loaded one. */
export interface Memory {
  readonly capacity: Bytes;
  readonly weights: Bytes;
  readonly activations: Bytes;
  readonly communication: Bytes;
  readonly runtime: Bytes;
  /** Left for the KV cache once the engine has taken its share. */
  readonly cache: Bytes;
  /** Cache bytes a token, on one device. */
  readonly bytesPerToken: Bytes;
  /** State of fixed size a sequence (Mamba, delta rule), on one device. */
  readonly bytesPerSequence: Bytes;
  /** Tokens the cache of one replica holds. */
  readonly tokensMax: Tokens;
}

/** Time of one operator and what it is spent on. */
export interface OperatorTime {
  readonly operator: Operator;
  /** Once. */
  readonly time: Seconds;
  /** What the time would be if only this resource mattered. */
  readonly compute: Seconds;
  readonly memory: Seconds;
  readonly link: Seconds;
  readonly overhead: Seconds;
  readonly bound: Bound;
  readonly basis: Basis;
  /** Standard deviation of the logarithm of the true time around `time`. */
  readonly spread: number;
  /** Of the draft, not of the model that verifies. */
  readonly drafting?: true;
}

export type Bound = "compute" | "memory" | "link" | "overhead";

/** A refusal that is an answer: what is missing, by how much. */
export interface Infeasible {
  readonly kind: "infeasible";
  readonly reason:
    | "memory"
    | "cache"
    | "precision"
    | "split"
    | "figures"
    | "context"
    | "rate"
    | "purpose";
  /** A sentence for a person. */
  readonly message: string;
  readonly needed?: number;
  readonly available?: number;
}

/** The answer for one model on one placement under one load. All intervals in SI units. */
export interface Estimate {
  readonly kind: "estimate";
  /** Time to first token, mean over requests, queueing included. */
  readonly ttft: Interval;
  /** Mean time between output tokens after the first. */
  readonly tpot: Interval;
  /** Median time between two tokens of an answer: pure decode steps, unless most steps hold prompts. */
  readonly gap: Interval;
  /** Request end to end. */
  readonly latency: Interval;
  /** Output tokens a second, all replicas. */
  readonly outputRate: Interval;
  /** Requests a second, all replicas. */
  readonly requestRate: Interval;
  readonly memory: Memory;
  /** Requests that run at once on one replica: the load's, or what the cache holds. */
  readonly batch: number;
  /** Average power of one device, host share and PUE excluded, as unsure as a whole system's. */
  readonly devicePower: Interval;
  /** Wall power of the whole placement: devices, hosts, PUE. */
  readonly power: Interval;
  /** Joules an output token, at the wall. */
  readonly energyPerToken: Interval;
  /** Dollars an hour of the whole placement; null where no price is known. */
  readonly costPerHour: Interval | null;
  /** Dollars an output token. */
  readonly costPerToken: Interval | null;
  /** Grams CO2e an output token; null without a grid. */
  readonly carbonPerToken: Interval | null;
  /** Model FLOPs achieved over peak, prefill and decode together. */
  readonly utilisation: Fraction;
  /** What corrections and interval widths were looked up by; sizes as powers of two. */
  readonly traits: Traits;
  /** The resource that most of the time is spent on, and its share. */
  readonly bound: { readonly prefill: Bound; readonly decode: Bound };
  readonly prefill: readonly OperatorTime[];
  readonly decode: readonly OperatorTime[];
  readonly assumptions: readonly string[];
}

/** What is asked of {@link estimate}. */
export interface Query {
  readonly model: Model;
  readonly system: System;
  readonly placement: Placement;
  readonly load: Load;
}
