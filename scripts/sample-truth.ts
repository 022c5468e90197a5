/**
 * Samples evidence files into validation/truth: `node scripts/sample-truth.ts FILE.csv ROWS LICENCE`.
 *
 * Whole workloads are taken, evenly along the file sorted by them, each with all that ran it: so every model is
 * there in its proportion, devices stand side by side on equal work, and a second run takes the same rows.
 */
import { createReadStream, writeFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { grouped } from "../measure/grouped.ts";
import { csvRecords } from "../validation/csv.ts";

const WORKLOAD = [
  "phase",
  "model",
  "metric",
  "input_tokens",
  "output_tokens",
  "batch_or_concurrency",
  "precision_weights",
];

const [file = "", wanted = "", licence = ""] = process.argv.slice(2);
const records: (readonly string[])[] = [];
for await (const { fields } of csvRecords(createReadStream(file, "utf8"))) records.push(fields);
const [head = [], ...rows] = records;

const workloads = grouped(rows, (row) =>
  WORKLOAD.map((column) => row[head.indexOf(column)] ?? "").join("|"),
);
const sorted = [...workloads].toSorted(([a], [b]) => (a < b ? -1 : 1));
const share = Number(wanted) / rows.length;
const taken = sorted.flatMap(([, alike], index) =>
  Math.floor((index + 1) * share) > Math.floor(index * share) ? alike : [],
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
    selection: `${taken.length} of ${rows.length} rows: whole workloads, evenly along ${WORKLOAD.join(", ")}`,
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
