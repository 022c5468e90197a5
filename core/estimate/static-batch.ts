/**
 * Static batching: a batch is filled, computed to the end of its longest answer, and handed back.
 *
 * Source: Yu et al. 2022, "Orca" (OSDI), section 2 (request-level scheduling); the largest of b normal
 * variables lies about √(2·ln b) deviations above their mean, David and Nagaraja, "Order Statistics"
 */
import type { Step } from "../operators/index.ts";
import type { Seconds, Tokens } from "../units.ts";
import { infeasible } from "./infeasible.ts";
import { decodeStep, type LaneCosts } from "./lane.ts";
import type { Serving, ServingArgs } from "./serving-types.ts";
import type { Infeasible } from "./types.ts";

export interface StaticBatch {
  readonly prefill: Seconds;
  /** Mean decode step. */
  readonly step: Seconds;
  readonly time: Seconds;
}

/** Time of `batch` requests that start and end together. */
export function staticBatch(costs: LaneCosts, batch: number, longest: Tokens): StaticBatch {
  const prefill = costs.cost.time(prefillStep(costs, batch));
  const step = costs.cost.time(decodeStep(costs, batch));
  return { prefill, step, time: prefill + Math.max(0, longest - 1) * step };
}

export function staticServing(args: ServingArgs): Serving | Infeasible {
  const { costs, load, lanes, slots } = args;
  const wanted = load.rate === undefined ? load.concurrency / lanes : slots;
  const batch = Math.min(slots, Math.max(1, wanted));
  const longest = costs.shape.output * (1 + load.output.variation * spreadOfLongest(batch));
  const run = staticBatch(costs, batch, longest);
  const rate = (lanes * batch) / run.time;
  if (load.rate !== undefined && load.rate >= rate) {
    const message = "requests come faster than full batches are computed";
    return infeasible("rate", message, { needed: load.rate, available: rate });
  }
  const served = load.rate === undefined ? rate : load.rate;
  const waiting =
    load.rate === undefined ? outside(args, rate) : run.time / 2 + batch / load.rate / 2;
  return {
    rate: served,
    first: waiting + run.prefill,
    tokenTime: run.step,
    gap: run.step,
    latency: waiting + run.time,
    batch: batch * lanes,
    decoding: 1 - run.prefill / run.time,
    stepRate: (served / (lanes * batch)) * Math.max(0, longest - 1),
    steps: { prompt: prefillStep(costs, batch), decode: decodeStep(costs, batch) },
    packing: { chunks: 1, prompts: batch },
  };
}

function prefillStep({ shape }: LaneCosts, batch: number): Step {
  return { segments: [{ sequences: batch, query: shape.fresh, prefix: shape.cached }] };
}

function spreadOfLongest(batch: number): number {
  return Math.sqrt(2 * Math.log(batch));
}

/** Users beyond the slots wait for whole batches. */
function outside({ load, lanes, slots }: ServingArgs, rate: number): Seconds {
  return Math.max(0, load.concurrency - slots * lanes) / rate;
}
