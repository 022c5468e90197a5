/**
 * Arithmetic on placements that everybody who counts devices must agree on.
 *
 * Source: pools.ts
 */
import { deviceCount } from "../operators/index.ts";
import type { Placement, Pool } from "./types.ts";

/** Devices of all replicas, and of the pool that only computes prompts. */
export function placementDevices({ parallel, replicas, prefill }: Placement): number {
  return poolDevices({ parallel, replicas }) + (prefill === undefined ? 0 : poolDevices(prefill));
}

function poolDevices({ parallel, replicas }: Pool): number {
  return deviceCount(parallel) * replicas;
}
