/**
 * What figures of one device say beyond all others': a level and slopes of its own, drawn towards none.
 *
 * A device with few groups keeps near to what devices like it have, one with many has its own; a device
 * without figures has none. Its rows are weighted as those of all are (residuals.ts).
 *
 * Source: Laird and Ware 1982, "Random-Effects Models for Longitudinal Data" (levels and slopes by subject)
 */
import type { LogLinear, Term } from "../estimate/index.ts";
import { solve } from "./_solve.ts";
import { groupWeights, softened, type Residual } from "./residuals.ts";

type DeviceTerms = NonNullable<LogLinear["devices"]>;

/** The trait that every question has. */
export const LEVEL = "level";

/** Effective groups that the prior of no effect counts as. */
const SHRINKAGE = 2;
const ROUNDS = 5;
/** A term that never moves a time by a fiftieth is not kept. */
const EFFECT_MIN = 0.02;
/** Hundreds of numbers go with every page. */
const DIGITS = 3;

/** Terms of each device on `names`, from what the terms of all leave of `residuals`. */
export function fitDeviceTerms(
  residuals: readonly Residual[],
  names: readonly string[],
): DeviceTerms {
  const sizes = names.map((name) => sizeOf(residuals, name));
  const byDevice = new Map<string, Residual[]>();
  for (const each of residuals) {
    const rows = byDevice.get(each.device) ?? [];
    byDevice.set(each.device, rows);
    rows.push(each);
  }
  const devices = [...byDevice].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    devices.flatMap(([device, own]) => {
      const terms = termsOf(own, names, sizes);
      return Object.keys(terms).length === 0 ? [] : [[device, terms] as const];
    }),
  );
}

function valueOf({ traits }: Residual, name: string): number {
  return name === LEVEL ? 1 : (traits[name] ?? 0);
}

/** Root mean square, so that a penalty means the same of every trait. */
function sizeOf(residuals: readonly Residual[], name: string): number {
  const square = residuals.reduce((sum, each) => sum + valueOf(each, name) ** 2, 0);
  return Math.sqrt(square / residuals.length) || 1;
}

function termsOf(
  residuals: readonly Residual[],
  names: readonly string[],
  sizes: readonly number[],
): Readonly<Record<string, Term>> {
  const rows = residuals.map((each) =>
    names.map((name, at) => valueOf(each, name) / (sizes[at] ?? 1)),
  );
  const groups = groupWeights(residuals);
  let effects = new Float64Array(names.length);
  for (let round = 0; round < ROUNDS; round++) effects = improved(residuals, rows, groups, effects);
  return Object.fromEntries(
    names.flatMap((name, at) => {
      const values = residuals.map((each) => valueOf(each, name));
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const weight = (effects[at] ?? 0) / (sizes[at] ?? 1);
      const isSmall = Math.abs(weight) * Math.max(Math.abs(low), Math.abs(high)) < EFFECT_MIN;
      return isSmall
        ? []
        : [[name, { weight: rounded(weight), low: rounded(low), high: rounded(high) }]];
    }),
  );
}

function improved(
  residuals: readonly Residual[],
  rows: readonly (readonly number[])[],
  groups: readonly number[],
  effects: Float64Array,
): Float64Array<ArrayBuffer> {
  const matrix = Array.from(effects, (_, at) => {
    const line = new Float64Array(effects.length);
    line[at] = SHRINKAGE;
    return line;
  });
  const right = new Float64Array(effects.length);
  rows.forEach((row, index) => {
    const error = residuals[index]?.error ?? 0;
    const left = error - row.reduce((sum, x, at) => sum + x * (effects[at] ?? 0), 0);
    const weight = (groups[index] ?? 0) * softened(left);
    row.forEach((x, i) => {
      right[i] = (right[i] as number) + weight * x * error;
      row.forEach((y, j) => {
        const line = matrix[i] as Float64Array;
        line[j] = (line[j] as number) + weight * x * y;
      });
    });
  });
  return solve(matrix, right, 0) as Float64Array<ArrayBuffer>;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
