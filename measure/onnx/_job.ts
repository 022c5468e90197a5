/** What a child process is asked, and what it writes back. */
import type { Decoder, FreshOutputs } from "../../core/optimise/decode/index.ts";
import type { Comparison, Profile, Session, Tensors } from "../../core/optimise/index.ts";

/** A model in the folder of the job. */
export interface JobSubject {
  readonly file: string;
  readonly session: Session;
  readonly feeds: readonly Tensors[];
}

export type Task =
  | { readonly kind: "outputs"; readonly subject: JobSubject }
  | {
      readonly kind: "compare";
      readonly before: JobSubject;
      readonly after: JobSubject;
      /** Seconds. */
      readonly budget: number;
    }
  /** Starts to count when every other child of the job is ready too. */
  | { readonly kind: "throughput"; readonly subject: JobSubject; readonly budget: number }
  | { readonly kind: "profile"; readonly subject: JobSubject }
  | DecodeTask;

/** Two decoders that write the same text token by token, in turns. */
export interface DecodeTask {
  readonly kind: "decode";
  readonly before: JobDecoder;
  readonly after: JobDecoder;
  readonly prompt: readonly number[];
  /** Tokens that are written in one turn. */
  readonly steps: number;
  /** Seconds. */
  readonly budget: number;
}

export interface JobDecoder {
  readonly file: string;
  readonly session: Session;
  readonly decoder: Decoder;
  /** Of a model whose cache stays in one place, as long as the text becomes; null where it is copied. */
  readonly fresh: FreshOutputs | null;
}

/** Where an engine is loaded from. */
export interface EngineEntry {
  readonly url: string;
  /** Its build for WebAssembly, as browsers run it. */
  readonly isWeb: boolean;
}

export interface Job {
  readonly task: Task;
  readonly engine: EngineEntry;
  /** Folder of tensors that a model keeps outside its file. */
  readonly beside: string | null;
  /** Where /sys is looked for. */
  readonly root: string;
}

/** What one child counted; times of runs in seconds, in the order they were taken. */
export interface Counted {
  /** Runs a second. */
  readonly rate: number;
  readonly times: readonly number[];
  /** Processor time of a run, seconds. */
  readonly cpu: number;
  readonly bytesResident: number;
  /** What all processor packages drew meanwhile; null where no counter may be read. */
  readonly joules: number | null;
}

export interface Answers {
  readonly outputs: readonly Tensors[];
  readonly compare: Comparison;
  readonly throughput: Counted;
  readonly profile: Profile;
  readonly decode: Decoding;
}

/** Times of a token, and the tokens that each wrote. */
export interface Decoding {
  readonly comparison: Comparison;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export const JOB_FILE = "job";

export function answerFile(childIndex: number): string {
  return `answer-${childIndex}`;
}
