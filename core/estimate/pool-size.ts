/**
 * How many devices and lanes a pool or a placement has, which everybody who counts them must agree on.
 *
 * Source: notes/032-modelling.md, 6 (a lane is one stage of one attention group)
 */
import { deviceCount, type Parallel } from "../operators/index.ts";
import type { Placement, Pool } from "./types.ts";

/** Devices of all replicas, and of the pool that only computes prompts. */
export function placementDevices({ prefill, ...own }: Placement): number {
  return poolDevices(own) + (prefill === undefined ? 0 : poolDevices(prefill));
}

export function poolDevices({ parallel, replicas }: Pool): number {
  return deviceCount(parallel) * replicas;
}

/** Schedulers side by side in one replica, each with sequences and a cache of its own: attention groups times pipeline stages. */
export function laneCount({ data, pipeline }: Parallel): number {
  return data * pipeline;
}

/** Lanes of all replicas. */
export function poolLanes({ parallel, replicas }: Pool): number {
  return laneCount(parallel) * replicas;
}
