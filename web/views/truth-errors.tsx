/** Errors of the figures that are shown, and those of the whole evidence on what a fit did not see. */
import type { JSX } from "preact";
import type { Table } from "../../core/index.ts";
import { summarise } from "../../validation/compare.ts";
import type { Family } from "../../validation/family.ts";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { DataTable, type TableRow } from "../parts/table.tsx";
import type { TruthRow } from "../truth-file.ts";

export function TruthErrors({
  rows,
  generalisation,
  peers,
}: {
  readonly rows: readonly TruthRow[];
  readonly generalisation: Table;
  readonly peers: Table | null;
}): JSX.Element {
  const words = useWords().truth;
  const families = [...new Set(rows.map(({ family }) => family))];
  const number = (title: string) => ({ title, isNumber: true });
  return (
    <>
      <h2>{words.errors}</h2>
      <DataTable
        label={words.errors}
        columns={[
          { title: words.family },
          number(words.rows),
          number(words.answered),
          number(words.median),
          number(words.p90),
          number(words.bias),
          number(words.coverage),
        ]}
        rows={[
          ...families.map((family) =>
            errorRow(
              words.families[family],
              rows.filter((row) => row.family === family),
            ),
          ),
          errorRow(words.whole, rows),
        ]}
      />
      <FamilyTable
        title={words.generalisation}
        about={words.generalisationAbout}
        columns={words.generalisationColumns}
        rows={generalisation.rows}
      />
      {peers !== null && (
        <FamilyTable
          title={words.peers}
          about={words.peersAbout}
          columns={words.peersColumns}
          rows={peers.rows}
        />
      )}
    </>
  );
}

/** Figures of the committed report, a family a row. */
function FamilyTable({
  title,
  about,
  columns,
  rows,
}: {
  readonly title: string;
  readonly about: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: Table["rows"];
}): JSX.Element {
  const { families } = useWords().truth;
  return (
    <>
      <h2>{title}</h2>
      <p class="hint">{about}</p>
      <DataTable
        label={title}
        columns={Object.entries(columns).map(([name, title]) => ({
          title,
          isNumber: name !== "family",
        }))}
        rows={rows.map(([family = "", ...cells]) => ({
          id: family,
          cells: [families[family as Family] ?? family, ...cells],
        }))}
      />
    </>
  );
}

function errorRow(name: string, rows: readonly TruthRow[]): TableRow {
  const { count, median, p90, bias, coverage } = summarise(
    rows.flatMap(({ measured, predicted }) =>
      predicted === null ? [] : [{ measured, predicted }],
    ),
  );
  const share = (value: number | null): string =>
    value === null ? "" : quantityText(value, "fraction");
  const cells = [name, rows.length, count, share(median), share(p90), share(bias), share(coverage)];
  return { id: name, cells };
}
