/**
 * Grams a kWh by hour of the day: 24 numbers, or the mean of each hour in a CSV of times and intensities.
 *
 * Source: columns as Electricity Maps exports them ("Datetime (UTC)", ..., "Carbon intensity gCO₂eq/kWh ...") and as
 * others write them (a time, then a number)
 */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

const HOURS = 24;
/** Coal alone is 1,000. */
const GRAMS_MAX = 5000;
/** A year of five minutes is a tenth of it. */
const BYTES_MAX = 64e6;

const NAME = "--carbon-hours";
const EXPECTED = `${HOURS} numbers from 0 to ${GRAMS_MAX}, not all 0, or a CSV of times and intensities`;

export async function carbonHours(text: string, shell: Shell): Promise<readonly number[]> {
  const listed = text.split(",").map(Number);
  if (listed.length > 1) return checked(listed, text);
  if (shell.documents !== undefined) throw inputError(NAME, EXPECTED, text);
  const path = resolve(shell.folder, text);
  const size = (await stat(path).catch(() => null))?.size ?? Infinity;
  if (size > BYTES_MAX) throw inputError(NAME, EXPECTED, text);
  return checked(hourlyMeans(await readFile(path, "utf8")), text);
}

function checked(hours: readonly number[], text: string): readonly number[] {
  const isGood =
    hours.length === HOURS &&
    hours.every((each) => each >= 0 && each <= GRAMS_MAX) &&
    hours.some((each) => each > 0);
  if (isGood) return hours;
  throw inputError(NAME, EXPECTED, text);
}

/** NaN of an hour that has no line. */
function hourlyMeans(text: string): readonly number[] {
  const [head = "", ...lines] = text.split("\n");
  const column = Math.max(
    1,
    head.split(",").findIndex((name) => /intensity/iu.test(name)),
  );
  const sums = Array.from({ length: HOURS }, () => ({ total: 0, count: 0 }));
  for (const line of lines) {
    const cells = line.split(",");
    const hour = /[T ](?<hour>\d\d):\d\d/u.exec(cells[0] ?? "")?.groups?.["hour"];
    const cell = cells[column]?.trim() ?? "";
    const sum = sums[Number(hour)];
    if (hour === undefined || sum === undefined || cell === "" || !(Number(cell) >= 0)) continue;
    sum.total += Number(cell);
    sum.count += 1;
  }
  return sums.map(({ total, count }) => total / count);
}
