/** What the keys of figures mean, and the SI value of a figure. */
import { PRECISIONS } from "../precision.ts";
import { ok, refuse, type Result } from "../result.ts";
import type { Figure, Figures } from "./files.ts";
import { parseQuantity, type Dimension } from "../quantity.ts";

const PEAKS: readonly (readonly [string, Dimension])[] = PRECISIONS.flatMap((precision) => [
  [`peak/matrix/${precision}/dense`, "compute"],
  [`peak/matrix/${precision}/sparse`, "compute"],
  [`peak/vector/${precision}`, "compute"],
  [`operations/${precision}`, "count"],
]);

const DIMENSION_BY_KEY: ReadonlyMap<string, Dimension> = new Map<string, Dimension>([
  ...PEAKS,
  ["peak/matrix/fp16/dense/fp16-accumulate", "compute"],
  ["peak/matrix/bf16/reached", "compute"],
  ["peak/matrix/fp8/reached", "compute"],
  ["peak/matrix/fp8/dense/fp16-accumulate", "compute"],
  ["memory/device/capacity", "size"],
  ["memory/device/bandwidth", "bandwidth"],
  ["memory/device/channels", "count"],
  ["memory/device/transfers", "frequency"],
  ["memory/host/capacity", "size"],
  ["cache/l2", "size"],
  ["cache/last", "size"],
  ["cache/sram", "size"],
  ["units", "count"],
  ["array/inputs", "count"],
  ["array/outputs", "count"],
  ["array/pixels", "count"],
  ["array/together", "count"],
  ["array/sums", "bandwidth"],
  ["array/passes", "bandwidth"],
  ["array/answers", "bandwidth"],
  ["array/window", "count"],
  ["array/square", "count"],
  ["array/pool", "count"],
  ["array/systolic", "count"],
  ["dataflow/weights", "size"],
  ["dataflow/layers", "count"],
  ["sockets/most", "count"],
  ["sockets/links", "count"],
  ["sockets/transfers", "frequency"],
  ["sockets/bandwidth/one-way", "bandwidth"],
  ["matvec/native", "count"],
  ["matvec/lanes", "count"],
  ["matvec/tiles", "count"],
  ["clock/base", "frequency"],
  ["clock/boost", "frequency"],
  ["clock/all-core", "frequency"],
  ["link/bandwidth/bidirectional", "bandwidth"],
  ["link/bandwidth/one-way", "bandwidth"],
  ["link/pair/one-way", "bandwidth"],
  ["link/pair/reached", "bandwidth"],
  ["link/domain", "count"],
  ["link/axes", "count"],
  ["link/ring", "count"],
  ["host/pcie/generation", "count"],
  ["host/pcie/lanes", "count"],
  ["host/bandwidth/one-way", "bandwidth"],
  ["host/cores", "count"],
  ["host/clock", "frequency"],
  ["host/dhrystone", "count"],
  ["network/total", "bandwidth"],
  ["network/pod", "count"],
  ["network/oversubscription", "count"],
  ["network/leaf", "count"],
  ["network/uplinks", "count"],
  ["power/max", "power"],
  ["power/typical", "power"],
  ["power/idle", "power"],
  ["price/list", "money"],
  ["carbon/average", "intensity"],
  ["carbon/marginal", "intensity"],
  ["carbon/free", "fraction"],
  ["electricity/price", "tariff"],
  ["pue", "fraction"],
  ["water", "water"],
]);

/** The dimension that figures under `key` must have; undefined for a key the catalogue does not know. */
export function figureDimension(key: string): Dimension | undefined {
  return DIMENSION_BY_KEY.get(key);
}

/** All figures under `key`, the one to use first. */
export function figuresAt(figures: Figures, key: string): readonly Figure[] {
  const found = Object.hasOwn(figures, key) ? figures[key] : undefined;
  if (found === undefined) return [];
  return isList(found) ? found : [found];
}

function isList(found: Figure | readonly Figure[]): found is readonly Figure[] {
  return Array.isArray(found);
}

/** The SI value under `key`, or undefined where the file has no such figure. */
export function figureValue(figures: Figures, key: string): Result<number | undefined> {
  const [first] = figuresAt(figures, key);
  return first === undefined ? ok(undefined) : valueOf(figures, key, first);
}

/** The SI value of one figure that stands under `key`. */
export function valueOf(figures: Figures, key: string, figure: Figure): Result<number> {
  if ("derived" in figure) return product(figures, key, figure.derived);
  const dimension = figureDimension(key);
  if (dimension === undefined) return refuse([key], "a known figure", key);
  const value = parseQuantity(figure.value, dimension);
  return value.ok ? value : { ok: false, error: { ...value.error, path: [key] } };
}

/** A derivation is a product, so it cannot hide an assumption in a term. */
function product(figures: Figures, key: string, formula: string): Result<number> {
  let total = 1;
  for (const term of formula.split(" * ")) {
    const value = factor(figures, key, term);
    if (!value.ok) return value;
    total *= value.value;
  }
  return ok(total);
}

function factor(figures: Figures, key: string, term: string): Result<number> {
  if (/^\d+(\.\d+)?$/u.test(term)) return ok(Number(term));
  const [operand] = figuresAt(figures, term);
  if (operand === undefined || "derived" in operand) {
    return refuse([key], "a product of numbers and printed figures of this file", term);
  }
  return valueOf(figures, term, operand);
}
