/** The parser of quantities at the edge: catalogue figures and flags spell units, the inside is SI. */
import { ok, refuse, type Result } from "./result.ts";
import { DIMENSIONS, type Dimension, type UnitTable } from "./quantity-units.ts";

export type { Dimension } from "./quantity-units.ts";

const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+(?:[eE][-+]?\d+)?`;
const QUANTITY = new RegExp(String.raw`^\s*(\$?)\s*(${NUMBER})\s*(.*?)\s*$`, "u");

/**
 * The number that `text` stands for, in the base unit of `dimension`.
 *
 * Accepts datasheet spellings: `"3.35TB/s"`, `"1,979 TFLOPS"`, `"80 GiB"`, `"400Gb/s"`, `"200 ms"`,
 * `"12/s"`, `"$3.5/h"`. Case matters: `b` is a bit and `B` a byte, `mW` is not `MW`.
 *
 * Units:  {@link DIMENSIONS} says each base unit; rent is per hour, intensity per kilowatt-hour.
 * Errors: a missing or foreign unit, with the list of those allowed; `Gbps`, with advice; more than a number holds.
 */
export function parseQuantity(text: string, dimension: Dimension): Result<number> {
  const table = DIMENSIONS[dimension];
  const match = QUANTITY.exec(text);
  if (match === null) return refuse([], expectation(table), text);
  const [, dollar = "", digits = "", spelling = ""] = match;
  const unit = dollar === "" ? spelling : `USD${spelling}`;
  const size = unitSize(table, unit);
  if (size === undefined) return refuse([], expectation(table) + advice(unit), text);
  const value = Number(digits.replaceAll(",", "")) * size;
  return Number.isFinite(value) ? ok(value) : refuse([], expectation(table), text);
}

function unitSize(table: UnitTable, unit: string): number | undefined {
  if (unit === "") return table.bare === true ? 1 : undefined;
  return Object.hasOwn(table.units, unit) ? table.units[unit] : undefined;
}

function expectation(table: UnitTable): string {
  const units = Object.keys(table.units);
  if (units.length === 0) return `${table.noun} without a unit`;
  return `${table.noun} with ${table.bare === true ? "no unit or " : ""}one of: ${units.join(", ")}`;
}

function advice(unit: string): string {
  const perSecond = /^([kKMGTP]?i?)([bB])ps$/u.exec(unit);
  if (perSecond === null) return "";
  const [, prefix = "", letter = ""] = perSecond;
  return ` (write ${prefix}b/s for bits or ${prefix}B/s for bytes, got ${prefix}${letter}ps)`;
}
