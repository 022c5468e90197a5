/** The published figures that tenlane carries: a few hundred of sources that allow it. */
import { readFileSync, readdirSync } from "node:fs";
import { assert } from "../core/assert.ts";
import { decodeHeader, decodeRow, type Row } from "./row.ts";

/** One publication: columns that all its rows share once, the others by row. */
interface TruthFile {
  readonly about: {
    readonly publication: string;
    readonly licence: string;
    readonly selection: string;
  };
  readonly shared: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const FOLDER = new URL(
  import.meta.url.endsWith(".ts") ? "./truth/" : "../../truth/",
  import.meta.url,
);

/** Every row of `truth/`, file by file. */
export function shippedTruth(): readonly Row[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.toSorted().flatMap((name) => {
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    return rowsOf(JSON.parse(text) as TruthFile, name);
  });
}

function rowsOf({ shared, columns, rows }: TruthFile, name: string): readonly Row[] {
  const names = [...Object.keys(shared), ...columns];
  const header = decodeHeader({ line: 0, fields: names });
  assert(header.ok, `${name}: ${JSON.stringify(header)}`);
  return rows.map((fields, index) => {
    const record = { line: index, fields: [...Object.values(shared), ...fields] };
    const row = decodeRow(header.value, record);
    assert(row.ok, `${name}: ${JSON.stringify(row)}`);
    return row.value;
  });
}
