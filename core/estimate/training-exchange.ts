/**
 * What copies tell each other in a step, and how much of it the devices wait for.
 *
 * Gradients are reduced and weights gathered; both directions of an all-reduce are as long, so each is half of one over the same bytes.
 * Copies that shard their weights gather them in every micro-batch, forward and backward, and reduce gradients as often. Exchanges run
 * beside computing; what waits is what two costs take beyond the larger one when they overlap imperfectly.
 *
 * Source: Rajbhandari et al. 2019 (arXiv 1910.02054), section 7 (volume of each stage); Zhao et al. 2023,
 * "PyTorch FSDP" (arXiv 2304.11277), section 3.3 (prefetching)
 */
import type { Operator } from "../operators/index.ts";
import { power } from "../power.ts";
import type { Bytes, BytesPerSecond, Seconds } from "../units.ts";
import { operatorTime, thinnedFabric, type Target } from "./laws/index.ts";
import {
  deviceParameters,
  expertCopies,
  expertParameters,
  sharedShare,
  trainedParameters,
} from "./training-memory.ts";
import { linkedSomehow } from "./training-target.ts";
import type { TrainingQuery } from "./training-types.ts";

/** Sharpness of the overlap of exchanges and computing: they share memory and processors. */
const OVERLAP = 3;
/**
 * The same where weights are gathered layer by layer: the first layer of each pass waits, and memory limits how
 * far ahead the next may be gathered. Source: chosen by eye on MosaicML's rows, in-sample there. Chips of a torus move blocks beside
 * their cores, and overlap as well in gathering: jax-ml/scaling-book, training.md (a layer takes the longer of the two)
 */
export const GATHERED = 1.4;
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
  const parameters = deviceParameters(query);
  const trained = trainedParameters(query);
  const experts = expertParameters(query) / parameters;
  const among = apart(ready, split.tensor);
  const over = (bytes: Bytes, copies: number) =>
    copies === 1 ? 0 : operatorTime(reduction(bytes, copies), among).time / 2;
  const { shardedOver = Infinity } = query;
  const inside = (copies: number) => (sharding === 3 ? Math.min(copies, shardedOver) : copies);
  const half = (bytes: Bytes) =>
    over(bytes * (1 - experts), inside(ranks)) + over(bytes * experts, inside(expertCopies(split)));
  const reduce = half(trained * gradient);
  if (sharding === 3) {
    const gather = half(parameters * WEIGHT_BYTES);
    const overlap = ready.scaleUp?.torus === undefined ? GATHERED : OVERLAP;
    const each =
      exposed(gather, covers.forward, overlap) + exposed(gather + reduce, covers.backward, overlap);
    return microBatches * each + betweenGroups(query, trained * gradient, covers, ready);
  }
  const gather = sharding === 0 ? reduce : half(trained * WEIGHT_BYTES);
  if (sharding === 0) return exposed(reduce + gather, covers.backward);
  return exposed(reduce, covers.backward) + exposed(gather, covers.forward);
}

/** Groups that share weights among themselves reduce each device's share of the gradients with each other, once a step. */
function betweenGroups(
  { split, shardedOver = Infinity }: TrainingQuery,
  bytes: Bytes,
  covers: Covers,
  ready: Target,
): Seconds {
  const groups = (split.data * split.context) / shardedOver;
  if (groups <= 1) return 0;
  const apartAll = strided(ready, { perHost: 1, stride: shardedOver * split.tensor });
  const whole = operatorTime(reduction(bytes / shardedOver, groups), apartAll).time;
  return exposed(whole, covers.backward);
}

/**
 * Rows that tables dealt out over all devices send to whoever asked for them, and their gradients back: the next
 * layer waits for the one, and the update for the other.
 *
 * Source: Naumov et al. 2019 (arXiv 1906.00091), section 4 (model-parallel tables, data-parallel layers)
 */
export function tablesTime(
  forward: readonly Operator[],
  { split }: TrainingQuery,
  ready: Target,
): Seconds {
  const ranks = split.data * split.context;
  const gathers = forward.filter(({ work }) => work.kind === "gather");
  const bytes = gathers.reduce((sum, { count, written }) => sum + count * written, 0);
  return 2 * sentToAll("tables/all-to-all", bytes, ranks, ready);
}

/** Time in which each of `ranks` devices sends every other its part of `bytes`. */
export function sentToAll(name: string, bytes: Bytes, ranks: number, ready: Target): Seconds {
  if (ranks === 1 || bytes === 0) return 0;
  const work = { kind: "collective", pattern: "all-to-all", ranks, bytes } as const;
  return operatorTime({ ...reduction(bytes, ranks), name, work }, linkedSomehow(ready)).time;
}

/** What `exchange` adds to `cover`. */
export function exposed(exchange: Seconds, cover: Seconds, overlap: number = OVERLAP): Seconds {
  return power(power(exchange, overlap) + power(cover, overlap), 1 / overlap) - cover;
}

/** Copies as neighbours: those in one host are as many as tensor ranks leave room for. */
function apart(ready: Target, tensor: number): Target {
  const perHost = Math.max(1, Math.floor(ready.perHost / tensor));
  return strided(ready, { perHost, stride: tensor });
}

/** Of every `stride` devices one, `perHost` of them in a host. */
function strided(
  ready: Target,
  { perHost, stride }: { readonly perHost: number; readonly stride: number },
): Target {
  const { fabric } = ready;
  const linked = { ...linkedSomehow(ready), perHost };
  if (fabric === undefined) return linked;
  return { ...linked, fabric: thinnedFabric(fabric, { before: ready.perHost, perHost, stride }) };
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

/**
 * Times that gradients are moved around the update: read for their norm, read and written as they are
 * clipped and unscaled, written as they are cleared.
 *
 * Source: NVIDIA/Megatron-LM, optimizer step (unscale, clip by norm, step, zero)
 */
const GRADIENT_PASSES = 4;

/** The optimiser's step: gradients read, state and master weights read and written, weights written. */
export function optimiserTime(query: TrainingQuery, ready: Target): Seconds {
  const { sharding, optimiser, gradient } = query;
  const elements = trainedParameters(query) * (sharding === 0 ? 1 : sharedShare(query));
  if (query.offload === true) return hostUpdateTime(elements, query, ready);
  const { state, between = 0 } = optimiser;
  const read = elements * (gradient + state + between);
  const around = elements * GRADIENT_PASSES * gradient;
  const written = elements * (state + WEIGHT_BYTES) + around;
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

/**
 * Bandwidth of a host's memory, a device of eight: two processors of eight channels DDR4-3200, at the three
 * quarters that streams reach.
 *
 * Source: AMD EPYC 7742 datasheet (204.8 GB/s a socket), in DGX A100
 */
const HOST_MEMORY: BytesPerSecond = (0.75 * 2 * 204.8e9) / 8;

/**
 * Gradients go to the host and weights come back; the host reads gradients and state, and writes both.
 *
 * Source: Ren et al. 2021, "ZeRO-Offload" (arXiv 2101.06840), section 3 (what crosses the link)
 */
function hostUpdateTime(
  elements: number,
  { gradient, optimiser, system }: TrainingQuery,
  ready: Target,
): Seconds {
  const link = system.device.host?.bandwidth ?? linkedSomehow(ready).scaleUp?.bandwidth ?? Infinity;
  const moved = (elements * (gradient + WEIGHT_BYTES)) / link;
  return moved + (elements * (gradient + 2 * optimiser.state + WEIGHT_BYTES)) / HOST_MEMORY;
}
