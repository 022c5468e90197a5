/**
 * Where the bytes of a kernel come from.
 *
 * Source: kernel tables of L40S and RTX PRO 6000, whose small products run above memory bandwidth
 */
import type { Operator } from "../../operators/index.ts";
import { power } from "../../power.ts";
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
  return 1 / (1 + power(bytes / (resident * target.cache), -FALL));
}

/** Seconds to move `bytes` from memory. */
export function streamTime(bytes: Bytes, reach: Fraction, target: Target): Seconds {
  return bytes / (target.bandwidth * reach);
}

/** Seconds to move `bytes` between the last-level cache and the units. */
export function feedTime(bytes: Bytes, bytesPerCycle: number, target: Target): Seconds {
  return bytes / (target.units * target.clock * bytesPerCycle);
}

/** Share of the last-level cache that one tensor may fill and stay; the rest holds weights and the next tensor. */
const RESIDENT = 0.5;

/**
 * Bytes of a tensor between two operators that reach memory: none while it stays in the cache until it is read.
 *
 * Source: assumption for the share of the cache; the fall is that of repeated kernels
 */
export function spilled(bytes: Bytes, target: Target): Bytes {
  if (target.slices === 0) return bytes;
  return fallen(bytes, RESIDENT * target.cache * target.slices);
}

/** Of `bytes` that are kept while they fit in `held`: those that are not. */
export function fallen(bytes: Bytes, held: Bytes): Bytes {
  return held === 0 || bytes === 0 ? bytes : bytes / (1 + power(bytes / held, -FALL));
}

/** Share of an operator's bytes that reach memory: its weights, and what its tensors spill. */
export function spilledShare(
  { read, written }: Pick<Operator, "read" | "written">,
  weights: Bytes,
  target: Target,
): Fraction {
  const held = Math.min(weights, read);
  const moved = held + spilled(read - held, target) + spilled(written, target);
  return moved / (read + written);
}
