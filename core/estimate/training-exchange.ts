/**
 * What copies tell each other in a step, and how much of it the devices wait for.
 *
 * Gradients are reduced and weights gathered; both directions of an all-reduce are as long, so each is half
 * of one over the same bytes. Copies that shard their weights gather them in every micro-batch, forward and
 * backward, and reduce gradients as often. Exchanges run beside computing; what waits is what two costs
 * take beyond the larger one when they overlap imperfectly.
 *
 * Source: Rajbhandari et al. 2019 (arXiv 1910.02054), section 7 (volume of each stage); Zhao et al. 2023,
 * "PyTorch FSDP" (arXiv 2304.11277), section 3.3 (prefetching)
 */
import type { Operator } from "../operators/index.ts";
import type { Bytes, Seconds } from "../units.ts";
import { operatorTime, type Target } from "./laws/index.ts";
import { deviceParameters, trainedParameters } from "./training-memory.ts";
import { linkedSomehow } from "./training-target.ts";
import type { TrainingQuery } from "./training-types.ts";

/** Sharpness of the overlap of exchanges and computing: they share memory and processors. */
const OVERLAP = 3;
const WEIGHT_BYTES = 2;

export interface Covers {
  readonly forward: Seconds;
  readonly backward: Seconds;
}

/** Seconds that a step waits for exchanges between copies, given what one micro-batch computes meanwhile. */
export function exposedExchange(
  query: TrainingQuery,
  covers: Covers,
  microBatches: number,
  ready: Target,
): Seconds {
  const { split, sharding, gradient } = query;
  const ranks = split.data * split.context;
  if (ranks === 1) return 0;
  const trained = trainedParameters(query);
  const among = apart(ready, split.tensor);
  const half = (bytes: Bytes) => operatorTime(reduction(bytes, ranks), among).time / 2;
  const reduce = half(trained * gradient);
  if (sharding === 3) {
    const gather = half(deviceParameters(query) * WEIGHT_BYTES);
    const each = exposed(gather, covers.forward) + exposed(gather + reduce, covers.backward);
    return microBatches * each;
  }
  const gather = sharding === 0 ? reduce : half(trained * WEIGHT_BYTES);
  if (sharding === 0) return exposed(reduce + gather, covers.backward);
  return exposed(reduce, covers.backward) + exposed(gather, covers.forward);
}

/** What `exchange` adds to `cover`. */
function exposed(exchange: Seconds, cover: Seconds): Seconds {
  return (exchange ** OVERLAP + cover ** OVERLAP) ** (1 / OVERLAP) - cover;
}

/** Copies as neighbours: those in one host are as many as tensor ranks leave room for. */
function apart(ready: Target, tensor: number): Target {
  return { ...linkedSomehow(ready), perHost: Math.max(1, Math.floor(ready.perHost / tensor)) };
}

function reduction(bytes: Bytes, ranks: number): Operator {
  return {
    name: "gradients/all-reduce",
    group: "communication",
    count: 1,
    work: { kind: "collective", pattern: "all-reduce", ranks, bytes },
    flops: 0,
    read: bytes,
    written: bytes,
  };
}

/** The optimiser's step: gradients read, state and master weights read and written, weights written. */
export function optimiserTime(query: TrainingQuery, ready: Target): Seconds {
  const { split, sharding, optimiser, gradient } = query;
  const share = sharding === 0 ? 1 : split.data * split.context;
  const elements = trainedParameters(query) / share;
  const read = elements * (gradient + optimiser.state);
  const written = elements * (optimiser.state + WEIGHT_BYTES);
  const update: Operator = {
    name: "optimiser",
    group: "pointwise",
    count: 1,
    work: { kind: "elementwise", elements },
    flops: elements,
    read,
    written,
  };
  return operatorTime(update, ready).time;
}
