/**
 * Dataflow arrays: a network's layers are laid out beside each other and samples stream through them, whatever the
 * batch. What does not fit is cut into contexts, laid out one after another for each batch anew.
 *
 * Source: Hailo-8 as described to CNX Software (blocks of control, memory and compute are assigned to layers; no other
 * memory); assumption for the cost of a layer, set on the rows of one device of three (Hailo-8: batches of 1 and 8)
 */
import type { Device } from "../catalogue/index.ts";
import type { Work } from "../operators/index.ts";
import type { Bytes, Fraction, Seconds } from "../units.ts";
import type { OperatorTime } from "./types.ts";

/** Samples in flight that a stream's rate is taken at. */
const STEADY = 8;
/** Periods that a sample is on its way for, beside its own. Source: MLPerf v0.5, Hailo-8 (4.6 to 6.4 samples in flight, three networks) */
const FILL = 4;
/** To lay one layer out. */
const LAYER: Seconds = 40e-6;
/** Layers that an attention takes: scores, their softmax and the values, with what reorders heads between. */
const ATTENTION = 10;

/** Samples that the operators of a batch are timed for. */
export function streamBatch(batch: number, { dataflow }: Device): number {
  return dataflow === undefined ? batch : Math.max(batch, STEADY);
}

export interface Streamed {
  /** From the batch's start to its end: its samples, and the way through the array. */
  readonly latency: Seconds;
  /** Of that, from one batch to the next. */
  readonly pace: Fraction;
}

/** `samples` of a stream of which one takes `period`, on a device whose memory or host holds what is not laid out. */
export function streamed(
  samples: number,
  period: Seconds,
  operators: readonly OperatorTime[],
  device: Device,
): Streamed {
  const busy = samples * period + layoutTime(operators, device);
  const latency = busy + FILL * period;
  return { latency, pace: busy / latency };
}

function layoutTime(operators: readonly OperatorTime[], device: Device): Seconds {
  const { dataflow, host, memory } = device;
  if (dataflow === undefined) return 0;
  const sum = (of: (work: Work) => number) =>
    operators.reduce((total, { operator: { work, count } }) => total + of(work) * count, 0);
  const [weights, layers] = [sum(weightBytes), sum(layersOf)];
  if (weights <= dataflow.weights && layers <= dataflow.layers) return 0;
  const rate = host?.bandwidth ?? memory?.bandwidth ?? Infinity;
  return weights / rate + LAYER * layers;
}

function weightBytes(work: Work): Bytes {
  if (work.kind === "convolution") return (work.n * work.k * work.groups * work.weights.bits) / 8;
  return work.kind === "matmul" ? (work.n * work.k * work.batch * work.weights.bits) / 8 : 0;
}

function layersOf({ kind }: Work): number {
  if (kind === "attention") return ATTENTION;
  return kind === "convolution" || kind === "matmul" ? 1 : 0;
}
