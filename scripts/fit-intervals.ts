/**
 * Fits coefficients/intervals.json to what corrected estimates are off by on groups left out of the
 * correction, prints the coverage by family on groups left out of the widths too, and writes it where a
 * date is given. Run it after scripts/fit-corrections.ts.
 *
 *     npx node scripts/fit-intervals.ts [--date 2026-11-24] FILE.csv...
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fitWidths } from "../core/calibrate/index.ts";
import { SHIPPED_WIDTHS } from "../core/estimate/index.ts";
import { chosenTraits, crossValidated, errorsByFamily } from "../validation/generalisation.ts";
import { uncorrectedResiduals } from "../validation/residuals.ts";
import { inDigits } from "./_digits.ts";
import { rowsOf } from "./_rows.ts";

const TARGET = new URL("../coefficients/intervals.json", import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { date: { type: "string" } },
});

const residuals = uncorrectedResiduals(await rowsOf(positionals));
const left = crossValidated(residuals, chosenTraits(), "group");
const coverage = Object.entries(errorsByFamily(left)).map(([family, errors]) => {
  console.log(`${family}: ${(100 * errors.coverage).toFixed(1)} % of ${errors.rows} are covered`);
  return [family, errors.coverage] as const;
});

if (values.date !== undefined) {
  const table = {
    about:
      "Size of ln(true / estimated) as a weighted sum of traits, and how many sizes hold eight in ten below and above, by quantity and basis; `announced` widens devices nobody has measured.",
    source: `${left.filter(({ isScored }) => isScored).length} published figures (evidence cited in validation/REPORT.md), each against an estimate whose correction did not see its group; unseen: each against one whose correction did not see its device; announced: times a token of B200 and GB200 forecast from H100 and before (validation/REPORT.md, Backtest) were 1.6 times as far off as with their groups alone left out`,
    command: "npx node scripts/fit-intervals.ts --date DATE FILE.csv...",
    date: values.date,
    coverage: Object.fromEntries(coverage),
    ...fitWidths(left, SHIPPED_WIDTHS, crossValidated(residuals, chosenTraits(), "device")),
  };
  writeFileSync(TARGET, `${JSON.stringify(table, inDigits(3), 1)}\n`);
}
