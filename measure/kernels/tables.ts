/** Kernel tables on disk: parquet files of one operator each, by system, operator and engine. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

export type Row = Readonly<Record<string, unknown>>;

/** A table wanted, by where it lies. */
export interface Wanted {
  readonly system: string;
  readonly operator: string;
  /** Start of the engine's folder name: "vllm", "trtllm". */
  readonly engine: string;
  /** Start of the file's name. */
  readonly file: string;
}

/** Rows of every table that answers, of all versions found. */
export async function rowsOf(directory: string, wanted: Wanted): Promise<readonly Row[]> {
  const folder = join(directory, wanted.system, wanted.operator);
  const tables: Row[][] = [];
  for (const engine of entries(folder).filter((name) => name.startsWith(wanted.engine))) {
    for (const name of entries(join(folder, engine))) {
      if (!name.startsWith(wanted.file) || !name.endsWith(".parquet")) continue;
      const file = await asyncBufferFromFile(join(folder, engine, name));
      tables.push(await parquetReadObjects({ file, compressors }));
    }
  }
  return tables.flat();
}

function entries(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, encoding: "utf8" })
    .map(({ name }) => name)
    .toSorted();
}

export function numberOf(row: Row, column: string, otherwise = NaN): number {
  const value = row[column];
  return value === undefined || value === null || value === "" ? otherwise : Number(value);
}

export function textOf(row: Row, column: string): string {
  return String(row[column] ?? "");
}

/** At most `count` of `items`, spread over the whole list by a fixed shuffle: the same each time. */
export function sampled<T>(items: readonly T[], count: number): readonly T[] {
  let state = 0x2545f491;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { item, key: state };
  });
  return keyed
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}
