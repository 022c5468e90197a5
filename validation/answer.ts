/** What tenlane says of one published figure: an interval in SI units, or why not. */
import type { Interval } from "../core/interval.ts";
import type { Infeasible, SpreadName, Traits } from "../core/estimate/index.ts";

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
  /** One line; rows with the same {@link reasonKind} are counted together. */
  | { readonly unanswered: string };

export function unanswered(reason: string): Answer {
  return { unanswered: reason };
}

/** Why a placement cannot run, in the words of the core. */
export function refusalOf({ reason, message }: Omit<Infeasible, "kind">): string {
  return `infeasible: ${reason} (${message})`;
}

/** What the catalogue lacks of a row. */
export function unlisted(what: "device" | "model", label: string): string {
  return `${what} not in the catalogue: "${label}"`;
}

/** A reason without the name or the figures of its own row. */
export function reasonKind(reason: string): string {
  return reason.replace(/: ".*"$| \(.*\)$/s, "");
}
