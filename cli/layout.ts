/** Tables as lines of a terminal. */
import type { Column, Table } from "../core/index.ts";
import { displayWidth, truncated } from "./display-width.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

const GAP = 2;
/** A flexible column keeps this much, as far as its text needs it. */
const FLEXIBLE_MIN = 12;
const RIGID_MIN = 4;

/**
 * `table` with a bold head, in lines no wider than the shell; what does not fit is cut with "…". Columns
 * that had to go are named below.
 */
export function laidOut(table: Table, shell: Pick<Shell, "columns" | "isColoured">): string {
  const fitting = narrowed(table, shell.columns);
  const { columns, rows } = fitting;
  const widths = columnWidths(fitting, shell.columns);
  const titles = columns.map(({ title }) => title);
  const gone = table.columns.flatMap(({ title }) => (titles.includes(title) ? [] : [title]));
  const head = paint(shell, "bold", line(titles, columns, widths));
  const lines = rows.map((row) => line(row, columns, widths));
  const note = `not shown in ${shell.columns} columns: ${gone.join(", ")}`;
  return [head, ...lines, ...(gone.length === 0 ? [] : [paint(shell, "dim", note)]), ""].join("\n");
}

/** Without the columns that may go, one after the other, until the rest can be shrunk to fit. */
function narrowed(table: Table, available: number): Table {
  const { columns, rows } = table;
  const least = naturalWidths(table).map((width, index) =>
    columns[index]?.flexible === true ? Math.min(width, FLEXIBLE_MIN) : width,
  );
  const needed = least.reduce((sum, width) => sum + width, GAP * (columns.length - 1));
  const ranks = columns.map(({ expendable = 0 }) => expendable);
  const first = Math.max(...ranks);
  if (needed <= available || first <= 0) return table;
  const gone = ranks.indexOf(first);
  return narrowed(
    { columns: columns.toSpliced(gone, 1), rows: rows.map((row) => row.toSpliced(gone, 1)) },
    available,
  );
}

function naturalWidths({ columns, rows }: Table): readonly number[] {
  return columns.map(({ title }, index) =>
    rows.reduce(
      (width, row) => Math.max(width, displayWidth(row[index] ?? "")),
      displayWidth(title),
    ),
  );
}

function columnWidths(table: Table, available: number): readonly number[] {
  const { columns } = table;
  const natural = naturalWidths(table);
  const gaps = GAP * Math.max(0, columns.length - 1);
  const least = columns.map((column) => (column.flexible === true ? FLEXIBLE_MIN : Infinity));
  const once = shrunk(natural, least, available - gaps);
  return shrunk(
    once,
    columns.map(() => RIGID_MIN),
    available - gaps,
  );
}

/** Takes columns from the widest that is above its least, until the sum fits. */
function shrunk(
  widths: readonly number[],
  least: readonly number[],
  available: number,
): readonly number[] {
  const result = [...widths];
  let excess = result.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const spare = result.map((width, index) => (width > (least[index] ?? 0) ? width : -1));
    const widest = spare.indexOf(Math.max(...spare));
    if ((spare[widest] ?? -1) < 0) break;
    result[widest] = (result[widest] ?? 0) - 1;
    excess -= 1;
  }
  return result;
}

function line(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): string {
  return cells
    .map((cell, index) => padded(cell, widths[index] ?? 0, columns[index]?.align ?? "left"))
    .join(" ".repeat(GAP))
    .trimEnd();
}

function padded(cell: string, width: number, align: Column["align"]): string {
  const text = truncated(cell, width);
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}
