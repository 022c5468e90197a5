/** Time of one kernel as its law gives it, before it is told which operator it was for. */
import type { Seconds } from "../../units.ts";
import type { Tuned } from "./target.ts";

export interface Kernel {
  readonly time: Seconds;
  readonly compute: Seconds;
  readonly memory: Seconds;
  readonly link: Seconds;
  readonly overhead: Seconds;
}

/**
 * Arithmetic and traffic that overlap, not perfectly: `overhead + (Cᵠ + Mᵠ)^(1/q)`.
 *
 * q = 1 is no overlap at all and q = ∞ the roofline.
 *
 * Symbols: C compute seconds, M memory seconds, q sharpness of the ridge
 * Source: design/modelling.md section 1, "Compact law when a table is missing"
 */
export function overlapped(compute: Seconds, memory: Seconds, law: Tuned): Kernel {
  const { overhead } = law;
  const larger = compute > memory ? compute : memory;
  const smaller = compute > memory ? memory : compute;
  const q = law.shape.ridge;
  const time =
    larger === 0 ? overhead : overhead + larger * (1 + (smaller / larger) ** q) ** (1 / q);
  return { time, compute, memory, link: 0, overhead };
}
