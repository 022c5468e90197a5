/** What a user asks of an estimate, quantity by quantity: its interval and what that rests on. */
import { intervalText, type Interval, type QuantityKind, type Table } from "../core/index.ts";
import { basisText } from "./basis-text.ts";

/** A name, its interval or null where no price or place is known, how it is written, and what to multiply it by. */
export type QuantityRow = readonly [
  name: string,
  interval: Interval | null,
  kind: QuantityKind,
  times?: number,
];

export function quantityTable(rows: readonly QuantityRow[]): Table {
  return {
    columns: [
      { title: "quantity", align: "left" },
      { title: "p50 [p10–p90]", align: "right" },
      { title: "basis", align: "left" },
    ],
    rows: rows.map(([name, interval, kind, times = 1]) =>
      interval === null
        ? [name, "no price or place known", ""]
        : [name, intervalText(multiplied(interval, times), kind), basisText(interval, kind)],
    ),
  };
}

function multiplied({ p10, p50, p90, basis }: Interval, times: number): Interval {
  return { p10: times * p10, p50: times * p50, p90: times * p90, basis };
}
