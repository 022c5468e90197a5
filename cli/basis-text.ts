/** What a figure rests on, in words. */
import type { Interval, QuantityKind } from "../core/index.ts";

/** A figure that nobody doubts is not a measurement: it was asked for, or stands in a price list. */
export function basisText({ p10, p90, basis }: Interval, kind: QuantityKind): string {
  if (p10 !== p90) return basis;
  return kind === "money" ? "list price" : "as asked";
}
