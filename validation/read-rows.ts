/** Rows of an evidence file, with those that were refused named. */
import type { DecodeError, Result } from "../core/result.ts";
import { ok, refuse } from "../core/result.ts";
import { csvRecords } from "./csv.ts";
import { decodeHeader, decodeRow, type Header, type Row } from "./row.ts";

export interface ReadRows {
  readonly rows: readonly Row[];
  readonly refused: readonly DecodeError[];
}

/** Refused as a whole where the head lacks a column, the file is empty, or a quote never closes. */
export async function readRows(
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<Result<ReadRows>> {
  try {
    return await rowsOf(chunks);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse([], "records of fields", error.message);
  }
}

async function rowsOf(chunks: AsyncIterable<string> | Iterable<string>): Promise<Result<ReadRows>> {
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
    return refuse(["line", 1], "a head of columns", "nothing");
  }
  return ok({ rows, refused });
}
