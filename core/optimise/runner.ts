/**
 * What an optimiser asks of a machine: to run a model, and to time models against each other.
 *
 * The core has neither clock nor engine. A shell gives one (`measure/onnx`); that of tests answers from a table.
 */
import type { Bytes, Joules, Seconds } from "../units.ts";

/** A tensor outside a file: its bytes stand little-endian, in the order of its dimensions. */
export interface HostTensor {
  /** Number of the schema's element types. */
  readonly type: number;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** One sample: a tensor an input, or an output, by name. */
export type Tensors = Readonly<Record<string, HostTensor>>;

/** How a candidate ended: with an answer, or without, and why. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | {
      readonly kind: "failed";
      readonly reason: "invalid" | "crashed" | "timeout" | "memory" | "error";
      /** What the engine or the system said. */
      readonly message: string;
    };

/** How an engine runs a model. */
export interface Session {
  /** Of one instance. */
  readonly threads: number;
  /** "cpu" unless said: an execution provider of ONNX Runtime, or "wasm". */
  readonly provider: string;
  /** Whether the engine may rewrite the graph; a reference for accuracy may not. */
  readonly optimises: boolean;
}

/** A model that is timed, and what it is fed. */
export interface Subject {
  readonly model: Uint8Array;
  readonly session: Session;
  /** Taken in turn, one a run. */
  readonly feeds: readonly Tensors[];
  /** Items in one of the feeds, as of a batch; 1 unless said. */
  readonly items?: number;
}

/** Times of a run in seconds, and how sure their middle is. */
export interface Timing {
  readonly median: Seconds;
  readonly p95: Seconds;
  readonly p99: Seconds;
  readonly least: Seconds;
  /** Processor time of a run, all threads together. */
  readonly cpu: Seconds;
  readonly runs: number;
  /** Largest resident memory of the process. */
  readonly bytesResident: number;
}

/**
 * Two subjects timed turn by turn in one process, with a second session of the first as a control: how many times as
 * fast the second is. In processes of their own, two sessions of one model differ by up to 31 %; in turns, by 2 %, or
 * by 5 % where a run takes 0.1 ms, so sessions are made anew in rounds.
 */
export interface Comparison {
  readonly before: Timing;
  readonly after: Timing;
  /** before / after by the wall's clock: the middle of the blocks, and a bootstrap interval of 95 % over rounds. */
  readonly ratio: Ratio;
  /** The same by processor time. */
  readonly cpuRatio: Ratio;
  /** The first subject against its second session in the same blocks: what noise alone does. */
  readonly control: Ratio;
  readonly cpuControl: Ratio;
  /** Blocks in which each had its turns. */
  readonly blocks: number;
  /** Share of time in which the system said that something waited for a processor; null where it does not say. */
  readonly pressure: number | null;
}

export interface Ratio {
  readonly lower: number;
  readonly middle: number;
  readonly upper: number;
}

/** Items a second of `instances` processes at once. */
export interface Throughput {
  readonly itemsPerSecond: number;
  /** Of single runs; memory is that of all processes together. */
  readonly timing: Timing;
  /** Of the whole processor, an item, with what else it did meanwhile; absent where no counter may be read. */
  readonly energy?: Joules;
}

/** One operator of a profile. */
export interface OperatorTime {
  readonly name: string;
  readonly operator: string;
  /** Of one run, in the middle of those profiled. */
  readonly time: Seconds;
  /** Of the fastest. */
  readonly least?: Seconds;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  /** Read and written, weights included, where the engine says. */
  readonly bytes?: Bytes;
}

export interface Profile {
  readonly operators: readonly OperatorTime[];
  /** Of one run, with what lies between operators. */
  readonly total: Seconds;
}

/** A machine that runs models, each in a process of its own under limits of time and memory. */
export interface Runner {
  /** Results of `model` for each of `feeds`, in their order. */
  readonly outputs: (
    model: Uint8Array,
    feeds: readonly Tensors[],
    session: Session,
  ) => Promise<Outcome<readonly Tensors[]>>;
  /** Times `before` against `after`, for about `budget` seconds. */
  readonly compare: (
    before: Subject,
    after: Subject,
    budget: Seconds,
  ) => Promise<Outcome<Comparison>>;
  /** A budget of 0 asks for one run, the first of its process. */
  readonly throughput: (
    subject: Subject,
    instances: number,
    budget: Seconds,
  ) => Promise<Outcome<Throughput>>;
  readonly profile: (subject: Subject) => Promise<Outcome<Profile>>;
}
