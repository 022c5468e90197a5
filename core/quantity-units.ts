/**
 * Spellings of units, by dimension. Each number is the size of one such unit in the unit that the dimension's base names.
 */

/** One kind of quantity: the unit that its numbers are in, and the units that it is written in. */
export interface UnitTable {
  /** What a person calls it, with its article: "a bandwidth". */
  readonly noun: string;
  readonly units: Readonly<Record<string, number>>;
  /** A number alone is allowed: counts and ratios. */
  readonly bare?: true;
}

type Scale = Readonly<Record<string, number>>;

const DECIMAL: Scale = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const BINARY: Scale = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
const HOUR = 3600;

/** `{ k: 1e3 }` with "B" becomes `{ kB: 1e3 }`. */
function prefixed(scale: Scale, unit: string, factor = 1): Scale {
  return Object.fromEntries(Object.entries(scale).map(([p, size]) => [p + unit, size * factor]));
}

/** GB is 1e9 and GiB 2^30; `B` is a byte and `b` a bit. */
function bytes(suffix: string): Scale {
  return {
    ...prefixed(DECIMAL, `B${suffix}`),
    [`KB${suffix}`]: 1e3,
    ...prefixed(BINARY, `B${suffix}`),
    ...prefixed(DECIMAL, `b${suffix}`, 1 / 8),
    ...prefixed(DECIMAL, `bit${suffix}`, 1 / 8),
  };
}

const RATES: Scale = { "/s": 1, "/min": 1 / 60, "/h": 1 / HOUR, "/d": 1 / (24 * HOUR) };

const TIMES: Scale = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: HOUR,
  d: 24 * HOUR,
  y: 365.25 * 24 * HOUR,
};

const COMPUTE: Scale = {
  ...prefixed(DECIMAL, "FLOPS"),
  ...prefixed(DECIMAL, "FLOP/s"),
  ...prefixed(DECIMAL, "OPS"),
  ...prefixed(DECIMAL, "OP/s"),
};

/** What kind of quantity a text should be. */
export type Dimension =
  | "time"
  | "rate"
  | "size"
  | "bandwidth"
  | "compute"
  | "frequency"
  | "power"
  | "energy"
  | "money"
  | "rent"
  | "tariff"
  | "intensity"
  | "water"
  | "count"
  | "fraction";

/** The dimensions, each with its base unit: the unit that {@link parseQuantity} answers in. */
export const DIMENSIONS: Readonly<Record<Dimension, UnitTable>> = {
  /** Seconds. */
  time: { noun: "a time", units: TIMES },
  /** Events a second. */
  rate: { noun: "a rate", units: RATES },
  /** Bytes. */
  size: { noun: "a size", units: bytes("") },
  /** Bytes a second. */
  bandwidth: { noun: "a bandwidth", units: bytes("/s") },
  /** FLOP a second; an integer operation counts as one. */
  compute: { noun: "a compute rate", units: COMPUTE },
  /** Hertz. */
  frequency: {
    noun: "a frequency",
    units: { ...prefixed(DECIMAL, "Hz"), "MT/s": 1e6, "GT/s": 1e9 },
  },
  /** Watts. */
  power: { noun: "a power", units: { mW: 1e-3, ...prefixed(DECIMAL, "W") } },
  /** Joules. */
  energy: { noun: "an energy", units: { mJ: 1e-3, ...prefixed(DECIMAL, "J"), ...watthours() } },
  /** US dollars. */
  money: { noun: "an amount of money", units: { USD: 1 } },
  /** US dollars an hour. */
  rent: { noun: "a price per time", units: { "USD/h": 1, "USD/hour": 1, "USD/s": HOUR } },
  /** US dollars a kilowatt-hour. */
  tariff: { noun: "an electricity price", units: { "USD/kWh": 1, "USD/MWh": 1e-3 } },
  /** Grams of CO₂ equivalent a kilowatt-hour. */
  intensity: {
    noun: "a carbon intensity",
    units: { "g/kWh": 1, "gCO2e/kWh": 1, "gCO2eq/kWh": 1, "kg/kWh": 1e3, "kg/MWh": 1 },
  },
  /** Litres a kilowatt-hour. */
  water: { noun: "a water use", units: { "L/kWh": 1 } },
  /** A pure number. */
  count: { noun: "a number", units: {}, bare: true },
  /** A share between 0 and 1, or a ratio. */
  fraction: { noun: "a fraction", units: { "%": 0.01 }, bare: true },
};

function watthours(): Scale {
  return prefixed(DECIMAL, "Wh", HOUR);
}
