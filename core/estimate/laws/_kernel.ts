/** Time of one kernel as its law gives it, before it is told which operator it was for. */
import { power } from "../../power.ts";
import type { Seconds } from "../../units.ts";

export interface Kernel {
  readonly time: Seconds;
  readonly compute: Seconds;
  readonly memory: Seconds;
  readonly link: Seconds;
  readonly overhead: Seconds;
}

/**
 * Two costs that overlap, not perfectly: `(aᵠ + bᵠ)^(1/q)`. q = 1 is no overlap at all, q = ∞ all of it.
 *
 * Source: notes/032-modelling.md, 1, "Compact law"
 */
export function overlapped(a: Seconds, b: Seconds, q: number): Seconds {
  const larger = a > b ? a : b;
  const smaller = a > b ? b : a;
  return larger === 0 ? 0 : larger * power(1 + power(smaller / larger, q), 1 / q);
}

/** A kernel of `compute` and `memory` seconds that overlap into `busy` ones, after `overhead`. */
export function kernel(
  busy: Seconds,
  compute: Seconds,
  memory: Seconds,
  overhead: Seconds,
): Kernel {
  return { time: overhead + busy, compute, memory, link: 0, overhead };
}
