/** A picture with a name for who cannot see it, files to save it as, and the table behind it. */
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useWords } from "./context.ts";

export interface PictureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What of the picture it holds, where not all. */
  readonly caption?: string;
}

export interface PictureProps {
  /** Of the files it is saved as. */
  readonly name: string;
  readonly label: string;
  readonly table: PictureTable;
}

/** `place` holds the drawing, which is made by others or given as children. */
export function Picture({
  name,
  label,
  table,
  place,
  children,
}: PictureProps & {
  readonly place: RefObject<HTMLDivElement | null>;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const words = useWords();
  const saved = (how: "saveSvg" | "savePng"): void =>
    void import("./picture-file.ts").then((file) => file[how](name, place.current));
  return (
    <figure class="chart">
      <figcaption>{label}</figcaption>
      <div role="img" aria-label={label}>
        <div ref={place} aria-hidden="true" class="plot">
          {children}
        </div>
      </div>
      <div class="actions">
        <button type="button" onClick={() => saved("saveSvg")}>
          SVG
        </button>
        <button type="button" onClick={() => saved("savePng")}>
          PNG
        </button>
        <details>
          <summary>{words.table}</summary>
          <div class="scroll" tabIndex={0} role="region" aria-label={words.table}>
            <Rows {...table} />
          </div>
        </details>
      </div>
    </figure>
  );
}

function Rows({ columns, rows, caption }: PictureTable): JSX.Element {
  return (
    <table>
      {caption !== undefined && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join("|")}>
            {row.map((cell, index) => (
              <td key={columns[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
