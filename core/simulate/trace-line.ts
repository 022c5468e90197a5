/**
 * Lines of published request logs, decoded one by one.
 *
 * Times count from the first line, which the reader of a file remembers.
 *
 * Source: Azure/AzurePublicDataset AzureLLMInferenceDataset2023.md and 2024.md (TIMESTAMP,
 * ContextTokens, GeneratedTokens); HPMLL/BurstGPT README.md (Timestamp in seconds, Request tokens,
 * Response tokens); kvcache-ai/Mooncake README.md (timestamp in ms, hash_ids of blocks of 512 tokens)
 */
import { ok, refuse, type Result } from "../result.ts";
import type { Seconds } from "../units.ts";
import type { Arrival, Piece } from "./types.ts";

export const TRACE_FORMATS = ["azure", "burstgpt", "mooncake"] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** Decodes the lines of one file in their order; null for a line that holds no request. */
export type LineReader = (line: string) => Result<Arrival | null>;

/** The format whose first line this is; null where it is none of them. */
export function traceFormatOf(first: string): TraceFormat | null {
  const head = first.trim().toLowerCase();
  if (head.startsWith("{")) return "mooncake";
  if (!head.startsWith("timestamp")) return null;
  if (head.includes("contexttokens")) return "azure";
  return head.includes("request tokens") ? "burstgpt" : null;
}

export function lineReader(format: TraceFormat): LineReader {
  const read = format === "mooncake" ? mooncakeLine : csvReader(format);
  let start: Seconds | null = null;
  let last: Seconds = 0;
  return (line) => {
    if (line.trim() === "") return ok(null);
    const arrival = read(line);
    if (!arrival.ok || arrival.value === null) return arrival;
    start ??= arrival.value.time;
    const time = arrival.value.time - start;
    if (time < last) return refuse(["timestamp"], "a time not before that of the line above", line);
    last = time;
    return ok({ ...arrival.value, time });
  };
}

interface CsvColumns {
  readonly time: string;
  readonly input: string;
  readonly output: string;
  readonly timeOf: (text: string) => Seconds;
}

const COLUMNS: Readonly<Record<"azure" | "burstgpt", CsvColumns>> = {
  azure: {
    time: "timestamp",
    input: "contexttokens",
    output: "generatedtokens",
    timeOf: clockTime,
  },
  burstgpt: {
    time: "timestamp",
    input: "request tokens",
    output: "response tokens",
    timeOf: (text) => (text.trim() === "" ? NaN : Number(text)),
  },
};

/** Fields hold no quotes in these logs, so a comma always separates. */
function csvReader(format: "azure" | "burstgpt"): LineReader {
  const columns = COLUMNS[format];
  let places: readonly number[] | null = null;
  return (line) => {
    const fields = line.split(",").map((field) => field.trim());
    if (places === null) {
      const names = fields.map((field) => field.toLowerCase());
      const found = [columns.time, columns.input, columns.output].map((name) =>
        names.indexOf(name),
      );
      const missing = found.indexOf(-1);
      if (missing >= 0) return refuse([], `a head with "${columnName(columns, missing)}"`, line);
      places = found;
      return ok(null);
    }
    const [time = "", input = "", output = ""] = places.map((place) => fields[place] ?? "");
    return arrivalOf({ time: columns.timeOf(time), input, output }, line);
  };
}

function columnName({ time, input, output }: CsvColumns, index: number): string {
  return [time, input, output][index] ?? time;
}

function arrivalOf(
  {
    time,
    input,
    output,
  }: { readonly time: Seconds; readonly input: string; readonly output: string },
  line: string,
): Result<Arrival | null> {
  if (!Number.isFinite(time)) return refuse(["timestamp"], "a time", line);
  if (!isCount(input)) return refuse(["input tokens"], "a whole number", line);
  if (!isCount(output)) return refuse(["output tokens"], "a whole number", line);
  // Logs hold failed requests as answers of no tokens; a service spends a step on them.
  return ok({
    time,
    input: Math.max(1, Number(input)),
    output: Math.max(1, Number(output)),
    cached: 0,
  });
}

function isCount(text: string): boolean {
  return /^\d+(?:\.0+)?$/u.test(text);
}

const CLOCK =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?|60)(?:Z|\+00:00)?$/u;

/** "2023-11-16 18:15:46.6805900" as seconds since 1970, with all digits of the fraction that a double has. */
function clockTime(text: string): Seconds {
  const match = CLOCK.exec(text);
  if (match === null) return NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const isADay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  return isADay ? Date.UTC(year, month - 1, day, hour, minute) / MILLISECONDS + second : NaN;
}

const MOONCAKE_BLOCK = 512;
const MILLISECONDS = 1000;

/** A flat object of numbers and one list of numbers, so that fields are found by their names. */
function mooncakeLine(line: string): Result<Arrival | null> {
  if (!/^\s*\{.*\}\s*$/u.test(line)) return refuse([], "an object in one line", line);
  const time = Number(field(line, "timestamp", String.raw`\d+(?:\.\d+)?`) ?? NaN) / MILLISECONDS;
  const input = field(line, "input_length", String.raw`\d+`) ?? "";
  const output = field(line, "output_length", String.raw`\d+`) ?? "";
  const arrival = arrivalOf({ time, input, output }, line);
  const hashes = field(line, "hash_ids", String.raw`\[[\d,\s]*\]`);
  if (!arrival.ok || arrival.value === null) return arrival;
  if (hashes === null) {
    return line.includes('"hash_ids"')
      ? refuse(["hash_ids"], "a list of whole numbers", line)
      : arrival;
  }
  const keys = (hashes.match(/\d+/gu) ?? []).map(Number);
  return ok({ ...arrival.value, pieces: piecesOf(keys, arrival.value.input) });
}

function field(line: string, name: string, value: string): string | null {
  return new RegExp(String.raw`"${name}"\s*:\s*(${value})\s*[,}]`, "u").exec(line)?.[1] ?? null;
}

function piecesOf(hashes: readonly number[], input: number): readonly Piece[] {
  return hashes.map((key, index) => ({
    key,
    tokens: Math.max(0, Math.min(MOONCAKE_BLOCK, input - index * MOONCAKE_BLOCK)),
  }));
}
