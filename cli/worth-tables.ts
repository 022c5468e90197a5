/** Tables that answers about worth share. */
import { intervalText, significant, type Table } from "../core/index.ts";
import { type Propagated, type Uncertain } from "../core/worth/index.ts";
import { laidOut } from "./layout.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

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

/** What was taken for granted, and below it in full where each is from. */
export function termsText(terms: readonly Uncertain[], shell: Shell): string {
  const sources = [...new Set(terms.map(({ source }) => source).filter((each) => !OWN.has(each)))];
  const rows = terms.map(({ name, value, source }) => {
    const isTime = name.endsWith(IN_SECONDS);
    const number = OWN.has(source) ? source : `[${sources.indexOf(source) + 1}]`;
    if (!isTime) return [name, plainText(value), number];
    return [name.slice(0, -IN_SECONDS.length), intervalText(value, "time"), number];
  });
  const columns: Table["columns"] = [
    { title: "taken as", align: "left" },
    { title: "p50 [p10–p90]", align: "right" },
    { title: "from", align: "left" },
  ];
  const notes = sources.map((source, at) => wrapped(`[${at + 1}] ${source}`, shell.columns, 4));
  return [laidOut({ columns, rows }, shell), ...notes, ""].join("\n");
}

/** Said by the user, or by the author alone. */
const OWN = new Set(["given", "prior"]);
/** How terms that are times end. */
const IN_SECONDS = ", s";

function plainText({ p10, p50, p90 }: Uncertain["value"]): string {
  if (p10 === p90) return significant(p50);
  return `${significant(p50)} [${significant(p10)}–${significant(p90)}]`;
}
