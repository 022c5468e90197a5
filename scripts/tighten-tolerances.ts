/**
 * Tightens validation/tolerances.json to the errors on the carried figures: `node scripts/tighten-tolerances.ts`.
 *
 * A limit is the error with a quarter and a point of slack, so that a better law may move one group a little; it
 * replaces the old one only where it is stricter, and row counts only where they are larger.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { carriedTruth, gatedErrors, type Tolerance } from "../validation/gate.ts";

const SLACK = 1.25;
const SLACK_POINT = 0.01;
/** Fewer rows than this say little of an error: their number alone is held. */
const GATED_ROWS_MIN = 20;
const file = new URL("../validation/tolerances.json", import.meta.url);
const before = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Tolerance>>;
const after = Object.entries(gatedErrors(carriedTruth())).map(([group, errors]) => {
  const { rows, answered, median, p90 } = errors;
  const old = before[group];
  const counts = {
    rows: Math.max(rows, old?.rows ?? 0),
    answered: Math.max(answered, old?.answered ?? 0),
  };
  if (rows < GATED_ROWS_MIN || median === null || p90 === null)
    return [group, { ...old, ...counts }] as const;
  const tolerance: Tolerance = {
    ...counts,
    median: Math.min(rounded(median), old?.median ?? Infinity),
    p90: Math.min(rounded(p90), old?.p90 ?? Infinity),
  };
  return [group, tolerance] as const;
});
writeFileSync(file, `${JSON.stringify({ ...before, ...Object.fromEntries(after) }, null, 2)}\n`);

/** Error with its slack, to a tenth of a percent upwards. */
function rounded(error: number): number {
  return Math.ceil((error * SLACK + SLACK_POINT) * 1000) / 1000;
}
