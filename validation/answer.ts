/** What tenlane says of one published figure: an interval in SI units, or why not. */
import type { Interval } from "../core/interval.ts";
import type { SpreadName, Traits } from "../core/estimate/index.ts";

export type Answer =
  | {
      readonly interval: Interval;
      /** What corrections and widths were looked up by; absent where there are none. */
      readonly traits?: Traits;
      /** The width that the interval's system part has; absent where it is made of several. */
      readonly spread?: SpreadName;
      /** First token by the estimate's closed form, where a run answers. */
      readonly closed?: Interval;
    }
  /** One line; rows with the same reason are counted together. */
  | { readonly unanswered: string };

export function unanswered(reason: string): Answer {
  return { unanswered: reason };
}
