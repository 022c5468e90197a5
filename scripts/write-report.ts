/**
 * Writes validation/REPORT.md and its pictures:
 * `node scripts/write-report.ts [--peer NAME=FILE.csv] [--caveat TEXT] FILE.csv...`.
 *
 * A peer's file has the columns id and predicted_ms.
 */
import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { csvRecords } from "../validation/csv.ts";
import { readRows, shippedWorld, validate, type Row } from "../validation/index.ts";
import { familiesShown, plotName, reportText, type Peer } from "../validation/report.ts";
import { scatterSvg } from "../validation/scatter.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: "string", multiple: true }, caveat: { type: "string" } },
});

const rows: Row[] = [];
for (const file of positionals) {
  const read = await readRows(createReadStream(file, "utf8"));
  if (!read.ok) throw new Error(`${file}: ${JSON.stringify(read.error)}`);
  rows.push(...read.value.rows);
}
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
writeFileSync(new URL("REPORT.md", folder), reportText({ checked, peers, command, names }));

async function peerOf(argument: string): Promise<Peer> {
  const [name = "", file = ""] = argument.split("=");
  const predicted = new Map<string, number>();
  for await (const { fields } of csvRecords(createReadStream(file, "utf8"))) {
    const milliseconds = Number(fields[1]);
    if (milliseconds > 0) predicted.set(fields[0] ?? "", milliseconds / 1000);
  }
  return { name, caveat: values.caveat ?? "", predicted };
}
