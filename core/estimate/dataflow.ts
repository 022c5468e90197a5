/**
 * Dataflow arrays: a network's layers are laid out beside each other and samples stream through them, whatever the
 * batch. What does not fit is cut into contexts, laid out one after another for each batch anew. So is whatever attends, however small: of
 * 12 networks of the maker's zoo that do, from 2.3 million weights on, all are 1.1 to 4 times as fast in batches of eight as alone.
 *
 * Source: Hailo-8 as described to CNX Software (blocks of control, memory and compute are assigned to layers; no other
 * memory); assumption for the cost of a layer, set on the rows of one device of three (Hailo-8: batches of 1 and 8)
 */
import type { Device } from "../catalogue/index.ts";
import type { Fraction, Seconds } from "../units.ts";
import { weightBytes } from "./laws/index.ts";
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

/**
 * `samples` of a stream of which one takes `period`: from the batch's start to its end, and of that the share from one
 * batch to the next. Contexts come from the host, or from the device's own memory.
 */
export function streamed(
  samples: number,
  period: Seconds,
  operators: readonly OperatorTime[],
  device: Device,
): { readonly latency: Seconds; readonly pace: Fraction } {
  const busy = samples * period + layoutTime(operators, device);
  const latency = busy + FILL * period;
  return { latency, pace: busy / latency };
}

function layoutTime(
  operators: readonly OperatorTime[],
  { dataflow, host, memory }: Device,
): Seconds {
  let [weights, layers, attentions] = [0, 0, 0];
  for (const { operator } of operators) {
    const { work, count } = operator;
    attentions += work.kind === "attention" ? count : 0;
    layers += (work.kind === "attention" ? ATTENTION : 1) * count;
    if (work.kind === "convolution" || work.kind === "matmul") weights += count * weightBytes(work);
  }
  if (dataflow === undefined) return 0;
  if (attentions === 0 && weights <= dataflow.weights && layers <= dataflow.layers) return 0;
  return weights / (host?.bandwidth ?? memory?.bandwidth ?? Infinity) + LAYER * layers;
}
