/**
 * Tightens validation/tolerances.json to the errors on the carried figures: `node scripts/tighten-tolerances.ts`.
 *
 * A limit is the error with a quarter of slack, so that a better law may move one family a little; it replaces
 * the old one only where it is stricter, and row counts only where they are larger.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { shippedTruth, shippedWorld, validate, validationJson } from "../validation/index.ts";

type Tolerance = Readonly<Record<"rows" | "answered" | "median" | "p90", number>>;

const SLACK = 1.25;
const file = new URL("../validation/tolerances.json", import.meta.url);
const before = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Tolerance>>;
const { families } = validationJson(validate(shippedTruth(), shippedWorld()));

const after = Object.entries(families).flatMap(([family, errors]) => {
  const { rows, answered, median, p90 } = errors;
  const old = before[family];
  if (median === null || p90 === null) return old === undefined ? [] : [[family, old] as const];
  const tolerance: Tolerance = {
    rows: Math.max(rows, old?.rows ?? 0),
    answered: Math.max(answered, old?.answered ?? 0),
    median: Math.min(rounded(median), old?.median ?? Infinity),
    p90: Math.min(rounded(p90), old?.p90 ?? Infinity),
  };
  return [[family, tolerance] as const];
});
writeFileSync(file, `${JSON.stringify(Object.fromEntries(after), null, 2)}\n`);

/** Error with its slack, to a tenth of a percent upwards. */
function rounded(error: number): number {
  return Math.ceil(error * SLACK * 1000) / 1000;
}
