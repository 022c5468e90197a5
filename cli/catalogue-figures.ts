/** Figures as their sources print them, in lines of a terminal. */
import { figuresAt, type Catalogue, type Figures, type Table } from "../core/index.ts";
import { laidOut } from "./layout.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

/** A figure as its source prints it. */
export interface PrintedRow {
  readonly name: string;
  readonly value: string;
  /** An id of the bibliography, or words where it has none; absent of a figure that follows from others. */
  readonly source?: string;
  /** The place in the source. */
  readonly at: string;
  readonly note?: string | undefined;
}

/** One figure a row, each beside where it was read. */
export function figureRows(figures: Figures): readonly PrintedRow[] {
  return Object.keys(figures).flatMap((name) =>
    figuresAt(figures, name).map((figure) =>
      "derived" in figure
        ? { name, value: "", at: `= ${figure.derived}`, note: figure.note }
        : { name, ...figure },
    ),
  );
}

/** Rows as a table whose sources are numbers, with notes and the sources in full below it. */
export function printedRows(
  catalogue: Catalogue,
  title: string,
  rows: readonly PrintedRow[],
  shell: Shell,
): readonly string[] {
  const sources = [...new Set(rows.flatMap(({ source }) => source ?? []))];
  const columns: Table["columns"] = [
    { title, align: "left" },
    { title: "as printed", align: "right" },
    { title: "from", align: "left" },
    { title: "at", align: "left", flexible: true },
  ];
  const cells = rows.map(({ name, value, source, at }) => [
    name,
    value,
    source === undefined ? "" : `[${sources.indexOf(source) + 1}]`,
    at,
  ]);
  const notes = new Set(
    rows.flatMap(({ name, value, note }) =>
      note ? [`${[name, value].join(" ").trimEnd()}: ${note}`] : [],
    ),
  );
  const below = sources.map((source, at) => `[${at + 1}] ${sourceText(catalogue, source)}`);
  return [
    laidOut({ columns, rows: cells }, shell),
    ...[...notes, ...(notes.size > 0 ? [""] : []), ...below].map((text) =>
      wrapped(text, shell.columns, INDENT),
    ),
    "",
  ];
}

const INDENT = 4;

/** Publisher, title, place and day of a source; the id itself where the catalogue does not describe it. */
function sourceText({ sources }: Catalogue, id: string): string {
  const source = sources[id];
  if (source === undefined) return id;
  const { publisher, title, url, read, class: rank } = source;
  return `${publisher}, ${title}: ${url}, read ${read}, ${rank}`;
}

/** The sources that figures name. */
export function sourcesOf(catalogue: Catalogue, figures: Figures): Catalogue["sources"] {
  return described(
    catalogue,
    Object.keys(figures).flatMap((key) =>
      figuresAt(figures, key).flatMap((figure) => ("source" in figure ? [figure.source] : [])),
    ),
  );
}

/** The entries of the bibliography with these ids. */
export function described(catalogue: Catalogue, ids: readonly string[]): Catalogue["sources"] {
  const used = new Set(ids);
  return Object.fromEntries(Object.entries(catalogue.sources).filter(([id]) => used.has(id)));
}
