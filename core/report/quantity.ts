/** Numbers as a person reads them: three significant digits and a unit with a prefix. */
import type { Interval } from "../interval.ts";
import { measureOf, type QuantityKind, type Measure } from "./measure.ts";

const DIGITS = 3;
const PLAIN_DIGITS = 7;

/** `value`, in the base unit of its dimension, as text: "12.3 ms", "3.35 TB/s", "$0.42". */
export function quantityText(value: number, dimension: QuantityKind): string {
  return measuredText(value, measureOf(value, dimension));
}

/**
 * An interval as text, all three numbers in the unit of the middle one: "12.3 ms [10.1–15.2]".
 *
 * One whose ends are written alike is its middle alone.
 */
export function intervalText({ p10, p50, p90 }: Interval, dimension: QuantityKind): string {
  const measure = measureOf(p50, dimension);
  const middle = measuredText(p50, measure);
  const [low, high] = [significant(p10 / measure.size), significant(p90 / measure.size)];
  return low === high ? middle : `${middle} [${low}–${high}]`;
}

/**
 * `value` to three significant digits, in plain notation below ten million, where prefixes end: "1.46e11"; whole
 * numbers below 10,000 are exact.
 */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "unknown";
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded) || 1));
  if (magnitude >= PLAIN_DIGITS) return rounded.toExponential(DIGITS - 1).replace("e+", "e");
  return rounded.toFixed(Math.min(20, Math.max(0, DIGITS - 1 - magnitude)));
}

/** `value`, above zero, up to three significant digits: what reached it keeps it as a limit. */
export function roundedUp(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - (DIGITS - 1));
  return Number((Math.ceil(value / step) * step).toPrecision(DIGITS));
}

function measuredText(value: number, { size, before, after }: Measure): string {
  const sign = value < 0 ? "-" : "";
  return `${sign}${before}${significant(Math.abs(value) / size)}${after}`;
}
