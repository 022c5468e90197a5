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

const COUNT_COLUMNS = ["accelerators", "tp", "pp", "ep", "dp"] as const;

const NUMBER_COLUMNS = [...COUNT_COLUMNS, "input_tokens", "output_tokens", "value"] as const;

/** More devices, ranks or tokens than any publication has. */
const COUNT_MAX = 200_000;
const TOKENS_MAX = 100_000_000;

type TextColumn = (typeof TEXT_COLUMNS)[number];
type NumberColumn = (typeof NUMBER_COLUMNS)[number];

/** Empty text where the source does not say; a number is absent where it does not say or is not one. */
export type Row = Readonly<Record<TextColumn, string>> &
  Readonly<Partial<Record<Exclude<NumberColumn, "value">, number>>> & {
    readonly value: number;
    /** The first cell that states a count no system has, as `tp "abc"`; absent where all can be read. */
    readonly unread?: string;
  };

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
  const date = DATE.test(cell("date")) ? cell("date") : "";
  const unread = COUNT_COLUMNS.find((name) => cell(name) !== "" && !isCount(Number(cell(name))));
  const unclear = unread === undefined ? {} : { unread: `${unread} "${cell(unread)}"` };
  const row = { ...text, date, ...Object.fromEntries(numbers), value, ...unclear } as Row;
  return ok(
    isOfTokens(row) ? { ...row, metric: "output_token_throughput", unit: "tokens/s" } : row,
  );
}

/**
 * Offline results of Llama 2 in the aggregate of MLPerf Inference v4.0, which calls every Offline result samples a second.
 *
 * Source: mlcommons/inference tools/submission/submission_checker.py, RESULT_FIELD_BENCHMARK_OVERWRITE of v4.0 (llama2-70b,
 * Offline: result_tokens_per_second; Server: samples)
 */
function isOfTokens({ source_location: at, unit }: Row): boolean {
  return unit === "samples/s" && /v4\.0.*\/llama2-70b-99(?:\.9)?\/Offline/.test(at);
}

/** A year, a month, a day, or the first and the last of some years. */
const DATE = /^\d{4}(-\d{2}){0,2}$|^\d{4}-\d{4}$/;

function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= COUNT_MAX;
}

function numberCell(name: string, cell: string): readonly (readonly [string, number])[] {
  const number = Number(cell);
  const isNumber = cell !== "" && number >= 0 && number <= TOKENS_MAX;
  return isNumber ? [[name, number]] : [];
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
