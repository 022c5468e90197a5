/** Figures as their sources print them, in lines of a terminal. */
import { figuresAt, type Catalogue, type Figure, type Figures, type Table } from "../core/index.ts";

/** One figure a row, each beside where it was read. */
export function figureTable(catalogue: Catalogue, figures: Figures): Table {
  const rows = Object.keys(figures).flatMap((key) =>
    figuresAt(figures, key).map((figure) => [key, ...figureCells(catalogue, figure)]),
  );
  return printedTable("figure", rows);
}

/** Rows of name, what is printed, its source and the place in it. */
export function printedTable(title: string, rows: Table["rows"]): Table {
  const columns: Table["columns"] = [
    { title, align: "left" },
    { title: "as printed", align: "right" },
    { title: "source", align: "left", flexible: true },
    { title: "at", align: "left", flexible: true },
  ];
  return { columns, rows };
}

/** Publisher and title of a source; its id where the catalogue does not describe it. */
export function sourceText({ sources }: Catalogue, id: string): string {
  const source = sources[id];
  return source === undefined ? id : `${source.publisher}, ${source.title}`;
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

function figureCells(catalogue: Catalogue, figure: Figure): readonly string[] {
  if ("derived" in figure) return ["", `= ${figure.derived}`, figure.note ?? ""];
  return [figure.value, sourceText(catalogue, figure.source), figure.at];
}
