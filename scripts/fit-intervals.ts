/**
 * Fits coefficients/intervals.json to published figures and prints the coverage by family on groups that
 * were left out: `node scripts/fit-intervals.ts FILE.csv...`.
 */
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import {
  coverage,
  fitWidths,
  groupedFolds,
  type IntervalResidual,
} from "../core/calibrate/index.ts";
import { SHIPPED_WIDTHS } from "../core/estimate/index.ts";
import { readRows, shippedWorld, validate, type Row } from "../validation/index.ts";
import { residualsOf } from "../validation/residuals.ts";
import process from "node:process";

const FOLDS = 5;

const rows: Row[] = [];
for (const path of process.argv.slice(2)) {
  const read = await readRows(createReadStream(path, "utf8"));
  if (!read.ok) throw new Error(`${path}: ${JSON.stringify(read.error)}`);
  rows.push(...read.value.rows);
}
const residuals = residualsOf(validate(rows, shippedWorld()));

const familyOf = new Map<IntervalResidual, string>(
  residuals.map((residual) => [residual, residual.family]),
);
const held = new Map<string, { rows: number; inside: number }>();
const folds = groupedFolds(residuals, FOLDS);
for (const fold of folds) {
  const widths = fitWidths(folds.filter((other) => other !== fold).flat(), SHIPPED_WIDTHS);
  for (const residual of fold) {
    const family = familyOf.get(residual) ?? "";
    const count = held.get(family) ?? { rows: 0, inside: 0 };
    count.rows += 1;
    count.inside += coverage([residual], widths);
    held.set(family, count);
  }
}
for (const [family, { rows: count, inside }] of held) {
  console.log(
    `${family}: ${((100 * inside) / count).toFixed(1)} % of ${count} rows left out are covered`,
  );
}

const file = new URL("../coefficients/intervals.json", import.meta.url);
const { about } = JSON.parse(readFileSync(file, "utf8")) as { readonly about: string };
const table = {
  about,
  source: `${residuals.length} published figures (evidence cited in validation/REPORT.md) against the estimates of this version; power: prior.`,
  command: "node scripts/fit-intervals.ts FILE.csv...",
  widths: fitWidths(residuals, SHIPPED_WIDTHS),
};
writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);
