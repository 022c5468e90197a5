/**
 * Fits coefficients/corrections.json to published figures, prints the errors on groups left out with and
 * without it, and writes it where a date is given; the widths of intervals come after it
 * (scripts/fit-intervals.ts).
 *
 *     npx node scripts/fit-corrections.ts [--date 2026-11-24] FILE.csv...
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chooseTraits, fitCorrections } from "../core/calibrate/index.ts";
import { CORRECTED } from "../core/estimate/index.ts";
import { chosenTraits, crossValidated, errorsByFamily } from "../validation/generalisation.ts";
import { uncorrectedResiduals } from "../validation/residuals.ts";
import { inDigits } from "./_digits.ts";
import { rowsOf } from "./_rows.ts";

const TARGET = new URL("../coefficients/corrections.json", import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { date: { type: "string" } },
});

const residuals = uncorrectedResiduals(await rowsOf(positionals));
/** Not the closed form behind runs: their load generators, whose bursts it knows nothing of, would be in it. */
const scored = residuals.filter(({ isScored }) => isScored);
const traits = chooseTraits(scored, chosenTraits());
for (const name of CORRECTED) console.log(`${name}: ${(traits[name] ?? []).join(", ")}`);

const before = errorsByFamily(residuals);
const left = crossValidated(residuals, traits, "group");
const after = errorsByFamily(left);
const devices = errorsByFamily(crossValidated(residuals, traits, "device"), "device", left);
for (const [family, { rows, median, p90 }] of Object.entries(before)) {
  const [cv, device] = [after[family], devices[family]];
  console.log(
    `${family}: ${rows} rows, physics ${text(median)} / ${text(p90)}, groups left out ${text(cv?.median)} / ${text(cv?.p90)}, devices left out ${text(device?.median)} / ${text(device?.p90)}`,
  );
}

if (values.date !== undefined) {
  const table = {
    about:
      "ln(true time / physics) as weighted sums of the traits of a question, by what is corrected; core/estimate/correction.ts says what each stands on.",
    source: `${scored.length} published figures in ${new Set(scored.map(({ group }) => group)).size} groups of source, model, device and engine (evidence cited in validation/REPORT.md)`,
    command: "npx node scripts/fit-corrections.ts --date DATE FILE.csv...",
    date: values.date,
    errors: { physics: before, groupsLeftOut: after, devicesLeftOut: devices },
    corrections: fitCorrections(scored, traits),
  };
  writeFileSync(TARGET, `${JSON.stringify(table, inDigits(4), 2)}\n`);
}

function text(share: number | undefined): string {
  return share === undefined ? "-" : `${(100 * share).toFixed(1)} %`;
}
