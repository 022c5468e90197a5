/** What a search is asked. */
import type { GraphProto } from "onnx-buf";
import type { Seconds } from "../../units.ts";
import type { Limits, Metric } from "../guard/index.ts";
import type { Machine } from "../predict/index.ts";
import type { Runner, Session, Tensors } from "../runner.ts";
import type { Makers } from "./makers.ts";

export const OBJECTIVES = [
  "latency",
  "p95",
  "throughput",
  "cost",
  "memory",
  "size",
  "energy",
] as const;

/**
 * - `latency`, `p95`: the time of one run, in its middle and at its 95 % end.
 * - `throughput`: items a second of the whole machine, under a limit of latency where one is given. `cost`: of an
 *   item, which on one machine falls as its rate grows.
 * - `memory`: resident bytes. `size`: bytes of the file. `energy`: joules of a run where a
 *   counter may be read, else its processor time, which stands for them.
 */
export type Objective = (typeof OBJECTIVES)[number];

/** Whether the rate of the whole machine decides. */
export function isRate(objective: Objective): boolean {
  return objective === "throughput" || objective === "cost";
}

export interface Ask {
  readonly model: Uint8Array;
  readonly graph: GraphProto;
  /** Of sizes that the graph leaves open, as in `samples`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Prices of the machine; those of the file's own run where absent. */
  readonly machine?: Machine;
  /** Samples that no calibration saw, as many as may be used. */
  readonly samples: readonly Tensors[];
  readonly isGenerated: boolean;
  /** Names of outputs that are read; all where absent. */
  readonly outputs?: readonly string[];
  readonly runner: Runner;
  readonly makers: Makers;
  readonly session: Session;
  /** Of the machine. */
  readonly cores: number;
  readonly objective: Objective;
  /** Limit of a run's 95 % end, for throughput. */
  readonly latencyMax?: Seconds;
  readonly budget: Seconds;
  /** As many runs of the file, each loaded anew, are the budget if those take longer than it. */
  readonly runs?: number;
  /** When the question came, which the budget counts from; now unless said. */
  readonly begun?: Seconds;
  /** A clock. */
  readonly now: () => Seconds;
  readonly metric?: Metric;
  readonly limits?: Limits;
  /** Hears what is tried, and what share of the budget is spent. */
  readonly note: (text: string, share: number) => void;
}
