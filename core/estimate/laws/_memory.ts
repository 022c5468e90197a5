/**
 * Where the bytes of a kernel come from.
 *
 * Source: kernel tables of L40S and RTX PRO 6000, whose small products run above memory bandwidth
 */
import type { Bytes, Fraction, Seconds } from "../../units.ts";
import type { Target } from "./target.ts";

/** How sharply a growing working set falls out of the cache. */
const FALL = 4;

/**
 * Share of `bytes` that comes from memory, not from the last-level cache.
 *
 * All of it in service, where the other layers pass between two uses; a benchmark that repeats one
 * kernel finds its buffers in the cache while they fit.
 */
export function coldShare(bytes: Bytes, resident: Fraction, target: Target): Fraction {
  if (!target.repeated || target.cache === 0) return 1;
  return 1 / (1 + (bytes / (resident * target.cache)) ** -FALL);
}

/** Seconds to move `bytes` from memory. */
export function streamTime(bytes: Bytes, reach: Fraction, target: Target): Seconds {
  return bytes / (target.bandwidth * reach);
}

/** Seconds to move `bytes` between the last-level cache and the units. */
export function feedTime(bytes: Bytes, bytesPerCycle: number, target: Target): Seconds {
  return bytes / (target.units * target.clock * bytesPerCycle);
}
