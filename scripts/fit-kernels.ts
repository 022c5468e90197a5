/**
 * Fits the operator laws on measured kernel tables and writes coefficients/laws.json, or, with
 * --leave-one-out, prints how well each device is predicted from the others and writes nothing.
 *
 *     npx node scripts/fit-kernels.ts --kernels DIR --date 2026-11-24
 *     npx node scripts/fit-kernels.ts --kernels DIR --leave-one-out
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fitLaws, type Fit } from "../core/calibrate/index.ts";
import { decodeLaws } from "../core/estimate/laws/index.ts";
import { kernelSamples } from "../measure/kernels/samples.ts";
import { errorRows, errorTable } from "../measure/kernels/report.ts";
import { withFit } from "./kernels/with-fit.ts";

const TARGET = new URL("../coefficients/laws.json", import.meta.url);

const { values } = parseArgs({
  options: {
    kernels: { type: "string" },
    date: { type: "string" },
    "leave-one-out": { type: "boolean", default: false },
  },
});

if (values.kernels === undefined || (values.date === undefined && !values["leave-one-out"])) {
  console.error("usage: fit-kernels --kernels DIR (--date YYYY-MM-DD | --leave-one-out)");
  process.exitCode = 2;
} else {
  const fit = fitLaws(await kernelSamples(values.kernels));
  console.log(errorTable(errorRows(fit)));
  if (values.date !== undefined && !values["leave-one-out"]) write(fit, values.date);
}

/** Laws the tables speak of are replaced, others kept; written whole or not at all. */
function write(fit: Fit, date: string): void {
  const laws = withFit(JSON.parse(readFileSync(TARGET, "utf8")), fit, date);
  const decoded = decodeLaws(laws);
  if (!decoded.ok) throw new Error(`the fit does not decode: ${JSON.stringify(decoded.error)}`);
  const draft = new URL("laws.json.draft", TARGET);
  writeFileSync(draft, `${JSON.stringify(laws, null, 2)}\n`);
  renameSync(draft, TARGET);
}
