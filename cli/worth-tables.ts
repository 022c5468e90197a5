/** Tables that answers about worth share. */
import { significant, type Table } from "../core/index.ts";
import { type Propagated, type Uncertain } from "../core/worth/index.ts";

/** What an answer hangs on, the widest first: `count` of it. */
export function tornado({ answer, swings }: Propagated, count: number): Table {
  return {
    columns: [
      { title: "what matters most", align: "left", flexible: true },
      { title: "at its p10", align: "right" },
      { title: "at its p90", align: "right" },
    ],
    rows: swings
      .slice(0, count)
      .map(({ name, atP10, atP90 }) => [
        name,
        signed(atP10 - answer.p50),
        signed(atP90 - answer.p50),
      ]),
  };
}

function signed(value: number): string {
  return value < 0 ? `−${significant(-value)}` : `+${significant(value)}`;
}

/** Defaults and where they are from. */
export function termTable(terms: readonly Uncertain[]): Table {
  return {
    columns: [
      { title: "taken as", align: "left" },
      { title: "p50 [p10–p90]", align: "right" },
      { title: "source", align: "left", flexible: true },
    ],
    rows: terms.map(({ name, value: { p10, p50, p90 }, source }) => [
      name,
      p10 === p90
        ? significant(p50)
        : `${significant(p50)} [${significant(p10)}–${significant(p90)}]`,
      source,
    ]),
  };
}
