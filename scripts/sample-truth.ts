/**
 * Samples evidence files into validation/truth: `node scripts/sample-truth.ts FILE.csv ROWS LICENCE`.
 *
 * Rows are taken evenly along the file sorted by what was run, so that every model, device and engine of
 * the source is there in its proportion and a second run takes the same rows.
 */
import { createReadStream, writeFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { csvRecords } from "../validation/csv.ts";

const ORDER = ["phase", "model", "hardware", "engine", "precision_weights", "tp", "id"];

const [file = "", wanted = "", licence = ""] = process.argv.slice(2);
const records: (readonly string[])[] = [];
for await (const { fields } of csvRecords(createReadStream(file, "utf8"))) records.push(fields);
const [head = [], ...rows] = records;

const keyOf = (row: readonly string[]): string =>
  ORDER.map((column) => row[head.indexOf(column)] ?? "").join("|");
const sorted = rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
const step = sorted.length / Number(wanted);
const taken = Array.from(
  { length: Number(wanted) },
  (_, index) => sorted[Math.floor(index * step)] ?? [],
);

const isShared = head.map((_, place) => new Set(taken.map((row) => row[place])).size === 1);
const shared = Object.fromEntries(
  head.flatMap((name, place) => (isShared[place] ? [[name, taken[0]?.[place] ?? ""]] : [])),
);
const own = (cells: readonly string[]): readonly string[] =>
  cells.filter((_, place) => !isShared[place]);
const truth = {
  about: {
    publication: [...new Set(taken.map((row) => row[head.indexOf("source")]))].join("; "),
    licence,
    selection: `${wanted} of ${rows.length} rows, evenly along ${ORDER.join(", ")}`,
  },
  shared,
  columns: own(head),
  rows: taken.map(own),
};
const lines = JSON.stringify({ ...truth, rows: [] }, null, 1).replace(/\[\]\n\}$/u, "[\n");
const body = truth.rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n");
writeFileSync(
  new URL(`../validation/truth/${basename(file, ".csv")}.json`, import.meta.url),
  `${lines}${body}\n ]\n}\n`,
);
