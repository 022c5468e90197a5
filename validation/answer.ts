/** What tenlane says of one published figure: an interval in SI units, or why not. */
import type { Interval } from "../core/interval.ts";

export type Answer =
  | { readonly interval: Interval }
  /** One line; rows with the same reason are counted together. */
  | { readonly unanswered: string };

export function unanswered(reason: string): Answer {
  return { unanswered: reason };
}
