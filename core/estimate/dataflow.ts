/**
 * Dataflow arrays, on which all layers of a network lie side by side while samples stream through them.
 *
 * The time of a sample then does not depend on the batch. A network that is too large is cut into contexts, and these are
 * loaded one after another for each batch, which a larger batch pays for once. Networks with attention are cut as well, however
 * small: all 12 of the maker's zoo (from 2.3 million weights on) are 1.1 to 4 times as fast in batches of eight as alone.
 *
 * Source: Hailo-8 as described to CNX Software (blocks of control, memory and compute are assigned to layers; no other
 * memory); assumption for the cost of a layer, set on the rows of one device of three (Hailo-8: batches of 1 and 8)
 */
import type { Device } from "../catalogue/index.ts";
import type { Fraction, Seconds } from "../units.ts";
import { weightBytes } from "./laws/index.ts";
import type { OperatorTime } from "./types.ts";

/** Samples in flight at which the operators of a stream are timed: the array is full. */
const STEADY = 8;
/** Periods (time from one sample to the next) that a sample spends on its way through the layers. Source: MLPerf v0.5, Hailo-8 (4.6 to 6.4 samples in flight, three networks) */
const FILL = 4;
/** Seconds to load one layer of a context. */
const LAYER: Seconds = 40e-6;
/** Layers that an attention takes: scores, their softmax and the values, with what reorders heads between. */
const ATTENTION = 10;

/** Samples that the operators of a batch are timed for: on a dataflow array as many as fill it. */
export function streamBatch(batch: number, { dataflow }: Device): number {
  return dataflow === undefined ? batch : Math.max(batch, STEADY);
}

/**
 * Time of a batch of `samples` when one sample leaves the array every `period`.
 *
 * `latency` is from the batch's start to its end; `pace` is the share of it after which the next batch can start. Weights of
 * contexts come over the host link, or from the device's own memory where it has no host.
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
