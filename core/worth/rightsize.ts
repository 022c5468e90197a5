/**
 * What runs today against what it could be: fewer of the same, by its own measured load.
 *
 * Work spreads evenly over like hosts, so the busy share is shared out over fewer; a share is kept free for
 * busy moments. Where memory, not work, asks for a host, this says too few: plans know memory.
 */
import type { Fraction } from "../units.ts";

/** Busy share that leaves room for the peaks of a day. A prior. */
export const BUSY_AIM: Fraction = 0.7;

/** Hosts that `count` hosts, busy a share `utilisation`, need at a busy share `aim`; at least one, at most all. */
export function fewestHosts(
  count: number,
  utilisation: Fraction,
  aim: Fraction = BUSY_AIM,
): number {
  // A hair is given away, so that 10 hosts busy 0.35 are 5 and not 6 by rounding.
  return Math.min(count, Math.max(1, Math.ceil((count * utilisation) / aim - 1e-9)));
}
