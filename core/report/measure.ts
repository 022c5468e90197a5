/** Which unit a person reads a quantity in: the prefix that leaves one to three digits before the point. */

/** What kind of quantity a number inside is; each is in the SI base unit of `core/units.ts`. */
export type QuantityKind =
  | "time"
  | "size"
  | "bandwidth"
  | "work"
  | "compute"
  | "power"
  | "energy"
  | "money"
  | "carbon"
  | "tokens"
  | "tokenRate"
  | "requestRate"
  | "sampleRate"
  | "intensity"
  | "count"
  | "fraction";

/** A unit to print in: the number is divided by `size` and set between `before` and `after`. */
export interface Measure {
  readonly size: number;
  readonly before: string;
  readonly after: string;
}

const PREFIXES: readonly (readonly [size: number, prefix: string])[] = [
  [1e18, "E"],
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
];

const PREFIXED_MAX = 1e21;

/** Hours are read as such from two on, days likewise; shorter times take SI prefixes. */
const LONG_TIMES: readonly (readonly [from: number, size: number, unit: string])[] = [
  [2 * 365.25 * 86_400, 365.25 * 86_400, "years"],
  [2 * 86_400, 86_400, "days"],
  [2 * 3600, 3600, "h"],
  [2 * 60, 60, "min"],
];

/** Units of one dimension: the smallest and largest prefix that people use with it. */
const UNITS: Readonly<
  Record<Exclude<QuantityKind, "time" | "money" | "count" | "fraction">, readonly [string, number]>
> = {
  size: ["B", 1],
  bandwidth: ["B/s", 1],
  work: ["FLOP", 1],
  compute: ["FLOP/s", 1],
  power: ["W", 1e-3],
  energy: ["J", 1e-9],
  carbon: ["g CO2e", 1e-9],
  tokens: ["tokens", 1],
  tokenRate: ["tokens/s", 1e-3],
  requestRate: ["requests/s", 1e-3],
  sampleRate: ["samples/s", 1e-3],
  intensity: ["FLOP/B", 1],
};

/** The unit to print numbers around `value` in. */
export function measureOf(value: number, dimension: QuantityKind): Measure {
  const magnitude = Math.abs(value);
  switch (dimension) {
    case "time":
      return timeMeasure(magnitude);
    case "money":
      return moneyMeasure(magnitude);
    case "fraction":
      return { size: 0.01, before: "", after: " %" };
    case "count":
      return compactMeasure(magnitude);
    case "carbon":
      return carbonMeasure(magnitude);
    case "tokens":
    case "tokenRate":
    case "requestRate":
    case "intensity":
      return {
        ...compactMeasure(magnitude),
        after: compactMeasure(magnitude).after + spaced(dimension),
      };
    default:
      return prefixMeasure(magnitude, ...UNITS[dimension]);
  }
}

function spaced(dimension: keyof typeof UNITS): string {
  return ` ${UNITS[dimension][0]}`;
}

/** "12.3 GB": SI prefixes, none below `smallest`. */
function prefixMeasure(magnitude: number, unit: string, smallest: number): Measure {
  const [size, prefix] = prefixFor(magnitude, smallest);
  return { size, before: "", after: ` ${prefix}${unit}` };
}

/** From a million grams on in tonnes, as inventories count. */
function carbonMeasure(magnitude: number): Measure {
  const [unit, smallest] = UNITS.carbon;
  const grams = prefixMeasure(magnitude, unit, smallest);
  if (grams.size < TONNE) return grams;
  const { size, before, after } = prefixMeasure(magnitude / TONNE, "t CO2e", 1);
  return { size: size * TONNE, before, after };
}

const TONNE = 1e6;

/** "12.3k", "70.6B": as people write large counts; a billion is B there, not G. */
function compactMeasure(magnitude: number): Measure {
  if (magnitude < 10_000) return { size: 1, before: "", after: "" };
  const [size, prefix] = prefixFor(magnitude, 1);
  return { size, before: "", after: prefix === "G" ? "B" : prefix };
}

function moneyMeasure(magnitude: number): Measure {
  return { ...compactMeasure(magnitude), before: "$" };
}

function timeMeasure(magnitude: number): Measure {
  const long = LONG_TIMES.find(([from]) => magnitude >= from);
  if (long !== undefined) return { size: long[1], before: "", after: ` ${long[2]}` };
  return magnitude >= 1
    ? { size: 1, before: "", after: " s" }
    : prefixMeasure(magnitude, "s", 1e-9);
}

/** Rounding to three digits may carry over: 999.7 MB is 1 GB. Beyond the last prefix there is none. */
function prefixFor(magnitude: number, smallest: number): readonly [number, string] {
  const rounded = Number(magnitude.toPrecision(3));
  if (magnitude === 0 || rounded >= PREFIXED_MAX) return [1, ""];
  const allowed = PREFIXES.filter(([size]) => size >= smallest);
  return allowed.find(([size]) => rounded >= size) ?? allowed.at(-1) ?? [1, ""];
}
