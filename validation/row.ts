/** One published figure with the conditions its source states. */
import { ok, refuse, type Result } from "../core/result.ts";
import type { CsvRecord } from "./csv.ts";

const TEXT_COLUMNS = [
  "id",
  "source",
  "source_location",
  "date",
  "model",
  "task",
  "phase",
  "hardware",
  "precision_weights",
  "precision_activations",
  "precision_kv",
  "engine",
  "engine_version",
  "batch_or_concurrency",
  "metric",
  "unit",
  "per",
  "notes",
] as const;

const NUMBER_COLUMNS = [
  "accelerators",
  "tp",
  "pp",
  "ep",
  "dp",
  "input_tokens",
  "output_tokens",
  "value",
] as const;

type TextColumn = (typeof TEXT_COLUMNS)[number];
type NumberColumn = (typeof NUMBER_COLUMNS)[number];

/** Empty text where the source does not say; a number is absent where it does not say or is not one. */
export type Row = Readonly<Record<TextColumn, string>> &
  Readonly<Partial<Record<Exclude<NumberColumn, "value">, number>>> & { readonly value: number };

/** Where each column stands in the file. */
export type Header = ReadonlyMap<string, number>;

/** Columns without which a figure means nothing. */
const REQUIRED = ["id", "model", "hardware", "metric", "value", "unit"] as const;

/** The columns that the first record names, in any order. */
export function decodeHeader(record: CsvRecord): Result<Header> {
  const header = new Map(record.fields.map((name, index) => [name.trim(), index]));
  const missing = REQUIRED.find((name) => !header.has(name));
  return missing === undefined
    ? ok(header)
    : refuse(["line", record.line], `a column named "${missing}"`, record.fields.join(","));
}

/** A record as a row; refused without an id, or where the figure is not a positive number. */
export function decodeRow(header: Header, record: CsvRecord): Result<Row> {
  const cell = (name: string) => record.fields[header.get(name) ?? -1]?.trim() ?? "";
  const at = ["line", record.line];
  if (record.fields.length !== header.size) {
    return refuse(at, `${header.size} fields`, record.fields.length);
  }
  if (cell("id") === "") return refuse([...at, "id"], "an id", "");
  const value = Number(cell("value"));
  if (cell("value") === "" || !Number.isFinite(value) || value <= 0) {
    return refuse([...at, "value"], "a positive number", cell("value"));
  }
  const text = Object.fromEntries(TEXT_COLUMNS.map((name) => [name, cell(name)]));
  const numbers = NUMBER_COLUMNS.flatMap((name) => numberCell(name, cell(name)));
  return ok({ ...text, ...Object.fromEntries(numbers), value } as Row);
}

function numberCell(name: string, cell: string): readonly (readonly [string, number])[] {
  const number = Number(cell);
  return cell === "" || !Number.isFinite(number) ? [] : [[name, number]];
}

/** Name of the collection a row belongs to: what its id starts with. */
export function collection(row: Row): string {
  return row.id.slice(0, Math.max(0, row.id.lastIndexOf("-")));
}

/** Whether a row was submitted to MLPerf; the training rounds of `mlpt` are read apart. */
export function isMlperf(row: Pick<Row, "id">): boolean {
  return /^ml(pi|perf)/.test(row.id);
}

/** Whether processors alone computed it. */
export function isOnHost({ hardware, notes }: Row): boolean {
  return hardware.startsWith("CPU") || /CPU-only/.test(notes);
}
