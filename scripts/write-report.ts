/**
 * Writes validation/REPORT.md and its pictures:
 * `node scripts/write-report.ts [--peer NAME=FILE.csv] [--caveat TEXT] FILE.csv...`.
 *
 * A peer's file has the columns id and predicted_ms.
 */
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { scale } from "../core/interval.ts";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { csvRecords } from "../validation/csv.ts";
import { backtests } from "../validation/backtest.ts";
import { shippedLeftOutTable, shippedWorld, validate, type Checked } from "../validation/index.ts";
import {
  familiesShown,
  markdown,
  pictureName,
  plotName,
  reportText,
  type Peer,
} from "../validation/report.ts";
import { isRate, uncorrectedResiduals, type CheckedResidual } from "../validation/residuals.ts";
import { scatterSvg } from "../validation/scatter.ts";
import { rowsOf } from "./_rows.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: "string", multiple: true }, caveat: { type: "string" } },
});

const rows = await rowsOf(positionals);
const peers: Peer[] = [];
for (const each of values.peer ?? []) peers.push(await peerOf(each));

const checked = validate(rows, shippedWorld());
const folder = new URL("../validation/", import.meta.url);
mkdirSync(new URL("plots/", folder), { recursive: true });
for (const family of familiesShown(checked)) {
  const picture = scatterSvg(
    family,
    checked.filter((each) => each.family === family),
  );
  if (picture !== null) writeFileSync(new URL(`plots/${plotName(family)}`, folder), picture);
}
const names = positionals.map((file) => basename(file, ".csv")).join(", ");
const command = "node scripts/write-report.ts FILE.csv...";
const residuals = uncorrectedResiduals(rows);
const forecasts = backtests(rows);
for (const { name, residuals: own } of forecasts) {
  const picture = scatterSvg(name, own.map(asForecast));
  if (picture !== null) writeFileSync(new URL(`plots/${pictureName(name)}`, folder), picture);
}
writeFileSync(
  new URL("REPORT.md", folder),
  reportText({ checked, peers, command, names, residuals, backtests: forecasts }),
);
writeReadme(markdown(shippedLeftOutTable()));

/** The row with its figure as forecast in place of its estimate. */
function asForecast({ checked: each, error }: CheckedResidual): Checked {
  const middle = each.measured * Math.exp(isRate(each) ? error : -error);
  const interval = each.interval && scale(each.interval, middle / each.interval.p50);
  return { ...each, interval };
}

/** Puts the table between the README's markers. */
function writeReadme(table: string): void {
  const file = new URL("../README.md", import.meta.url);
  const [start, end] = ["<!-- accuracy -->", "<!-- /accuracy -->"];
  const text = readFileSync(file, "utf8");
  const [before = ""] = text.split(start);
  const after = text.split(end)[1];
  if (after === undefined) throw new Error(`README.md lacks ${end}`);
  writeFileSync(file, `${before}${start}\n\n${table}\n\n${end}${after}`);
}

async function peerOf(argument: string): Promise<Peer> {
  const [name = "", file = ""] = argument.split("=");
  const predicted = new Map<string, number>();
  for await (const { fields } of csvRecords(createReadStream(file, "utf8"))) {
    const milliseconds = Number(fields[1]);
    if (milliseconds > 0) predicted.set(fields[0] ?? "", milliseconds / 1000);
  }
  return { name, caveat: values.caveat ?? "", predicted };
}
