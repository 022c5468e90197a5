/** Rows of files of published figures, all of them or an error. */
import { createReadStream } from "node:fs";
import { readRows, type Row } from "../validation/index.ts";

export async function rowsOf(paths: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const path of paths) {
    const read = await readRows(createReadStream(path, "utf8"));
    if (!read.ok) throw new Error(`${path}: ${JSON.stringify(read.error)}`);
    rows.push(...read.value.rows);
  }
  return rows;
}
