/** A table that scrolls on its own where the window is narrow. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "./context.ts";

export interface TableColumn {
  readonly title: string;
  readonly isNumber?: boolean;
}

export interface TableRow {
  readonly id: string;
  /** The first heads the row. */
  readonly cells: readonly ComponentChildren[];
}

export function DataTable({
  label,
  columns,
  rows,
  first = Infinity,
}: {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** Rows that are shown until all are asked for. */
  readonly first?: number;
}): JSX.Element {
  const words = useWords();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, first);
  const styleOf = (index: number): string | undefined =>
    columns[index]?.isNumber === true ? "number" : undefined;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title }, index) => (
              <th key={title} scope="col" class={styleOf(index)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, cells }) => (
            <tr key={id}>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <th key={columns[index]?.title} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={columns[index]?.title} class={styleOf(index)}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <button type="button" onClick={() => setWhole(true)}>
          {words.all(rows.length)}
        </button>
      )}
    </div>
  );
}
