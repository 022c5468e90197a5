/** A table that scrolls on its own where the window is narrow. */
import type { ComponentChildren, JSX } from "preact";

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
}: {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}): JSX.Element {
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
          {rows.map(({ id, cells }) => (
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
    </div>
  );
}
