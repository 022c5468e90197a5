/** Rows of an evidence file, with those that were refused named. */
import type { DecodeError, Result } from "../core/result.ts";
import { ok } from "../core/result.ts";
import { csvRecords } from "./csv.ts";
import { decodeHeader, decodeRow, type Header, type Row } from "./row.ts";

export interface ReadRows {
  readonly rows: readonly Row[];
  readonly refused: readonly DecodeError[];
}

/** Refused as a whole where the head lacks a column, or the file is empty. */
export async function readRows(
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<Result<ReadRows>> {
  const rows: Row[] = [];
  const refused: DecodeError[] = [];
  let header: Header | null = null;
  for await (const record of csvRecords(chunks)) {
    if (header === null) {
      const head = decodeHeader(record);
      if (!head.ok) return head;
      header = head.value;
      continue;
    }
    const row = decodeRow(header, record);
    if (row.ok) rows.push(row.value);
    else refused.push(row.error);
  }
  if (header === null) {
    return {
      ok: false,
      error: { path: ["line", 1], expected: "a head of columns", got: "nothing" },
    };
  }
  return ok({ rows, refused });
}
