/**
 * How much more a dollar buys each year: performance over list price, by launch.
 *
 * ln(performance / price) = a + b·year + c·ln(price): c because a dollar buys less in a dearer part. Least
 * squares; the doubt of b is its standard error. The backtest predicts each part from those launched before it.
 *
 * Source: Draper and Smith 1998, "Applied Regression Analysis", chapter 5; catalogue/accelerators, price/list
 */
import { type Catalogue, type Device, devices } from "../catalogue/index.ts";
import { type Interval, lognormal } from "../interval.ts";

export type Measured = "compute" | "bandwidth";

/** One part at its launch. */
export interface Launch {
  readonly device: string;
  readonly vendor: string;
  /** As a fraction: 2022.7. */
  readonly year: number;
  /** List price, USD. */
  readonly price: number;
  /** FLOP/s in 16 bits, or bytes a second, a dollar. */
  readonly perDollar: number;
}

export interface Trend {
  /** What a dollar buys more, a year: 1.3 is 30 %. */
  readonly yearly: Interval;
  /** Standard deviation of ln around the line. */
  readonly spread: number;
  readonly at: (year: number, price: number) => number;
  readonly launches: readonly Launch[];
}

const DAYS_A_YEAR = 365.25;

/** GPUs with a launch, a list price and the figure asked for, oldest first. */
export function launches(catalogue: Catalogue, of: Measured): readonly Launch[] {
  return devices(catalogue)
    .flatMap((device) => {
      const { id, vendor, kind, launched, price } = device;
      const figure = figureOf(device, of);
      const year = launched === undefined ? undefined : yearOf(launched);
      if (kind !== "gpu" || figure === undefined || price === undefined || year === undefined)
        return [];
      return [{ device: id, vendor, year, price, perDollar: figure / price }];
    })
    .toSorted((a, b) => a.year - b.year || (a.device < b.device ? -1 : 1));
}

/** FLOP/s in 16 bits, or bytes a second. */
export function figureOf({ peak, memory }: Device, of: Measured): number | undefined {
  return of === "compute" ? (peak.bf16 ?? peak.fp16) : memory?.bandwidth;
}

export function yearOf(date: string): number {
  const [year = "", month = "7", day = "1"] = date.split("-");
  return Number(year) + (Number(month) - 1) / 12 + (Number(day) - 1) / DAYS_A_YEAR;
}

/** Terms of the line. */
const TERMS = 3;
/** Fewer parts than this leave nothing to tell the error by. */
const LAUNCHES_MIN = 6;

/** The line through `all`; null of fewer than six. */
export function trend(all: readonly Launch[]): Trend | null {
  if (all.length < LAUNCHES_MIN) return null;
  const mean = (values: readonly number[]) =>
    values.reduce((total, each) => total + each, 0) / values.length;
  const years = all.map(({ year }) => year);
  const prices = all.map(({ price }) => Math.log(price));
  const values = all.map(({ perDollar }) => Math.log(perDollar));
  const [year0, price0, value0] = [mean(years), mean(prices), mean(values)];
  const sum = (f: (index: number) => number) =>
    all.reduce((total, _, index) => total + f(index), 0);
  const x = (index: number) => (years[index] ?? 0) - year0;
  const p = (index: number) => (prices[index] ?? 0) - price0;
  const v = (index: number) => (values[index] ?? 0) - value0;
  const [xx, pp, xp] = [sum((i) => x(i) ** 2), sum((i) => p(i) ** 2), sum((i) => x(i) * p(i))];
  const determinant = xx * pp - xp * xp;
  if (!(determinant > 0)) return null;
  const [xv, pv] = [sum((i) => x(i) * v(i)), sum((i) => p(i) * v(i))];
  const slope = (xv * pp - pv * xp) / determinant;
  const dearer = (pv * xx - xv * xp) / determinant;
  const rest = sum((i) => (v(i) - slope * x(i) - dearer * p(i)) ** 2);
  const spread = Math.sqrt(rest / (all.length - TERMS));
  const error = spread * Math.sqrt(pp / determinant);
  return {
    yearly: lognormal(Math.exp(slope), error, "transferred"),
    spread,
    at: (year, price) =>
      Math.exp(value0 + slope * (year - year0) + dearer * (Math.log(price) - price0)),
    launches: all,
  };
}

export interface Backcast {
  readonly device: string;
  /** What it brought over what the parts before it foretold. */
  readonly ratio: number;
}

/** Each part from those before it, and the spread of ln of the ratio. */
export function backtest(all: readonly Launch[]): {
  readonly casts: readonly Backcast[];
  readonly spread: number;
} {
  const casts = all.flatMap((launch, index) => {
    const before = trend(all.slice(0, index).filter(({ year }) => year < launch.year));
    if (before === null) return [];
    const ratio = launch.perDollar / before.at(launch.year, launch.price);
    return [{ device: launch.device, ratio }];
  });
  const squares = casts.reduce((total, { ratio }) => total + Math.log(ratio) ** 2, 0);
  return { casts, spread: Math.sqrt(squares / Math.max(1, casts.length)) };
}
