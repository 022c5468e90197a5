/**
 * Ridge regression of residuals on traits: what physics left, as far as it carries over to groups that were left out.
 *
 * Every group has the same weight, however many rows it has; errors beyond a factor count linearly.
 * The penalty is on a trait's effect over its spread in the evidence.
 *
 * Source: Hoerl and Kennard 1970, "Ridge Regression"; Holland and Welsch 1977 (reweighting)
 */
import type { LogLinear, Term, Traits } from "../estimate/index.ts";
import { solve } from "./_solve.ts";

export interface Residual {
  readonly traits: Traits;
  /** ln(true / estimated), of a time. */
  readonly error: number;
  /** Rows of one group never stand on both sides of a split. */
  readonly group: string;
  /** Of the catalogue, by its id. */
  readonly device: string;
}

/**
 * Figures that physics already answers to: a correction by them could make a faster memory slower, and
 * a width by them could make a better device less sure.
 */
export const OF_PHYSICS: ReadonlySet<string> = new Set([
  "bandwidth",
  "ridge",
  "launching",
  "headroom",
  "steady",
]);

/** ln of the error from which on the loss grows linearly. */
const SOFT = 0.1;
const ROUNDS = 5;
/** Effective groups that the prior of no effect counts as. */
const SHRINKAGE = 4;
/** A factor above which a residual says that a condition is not recorded, not what it is. */
const ERROR_MAX = 1.6;
const DIGITS = 4;

/** The weighted sum of `names` nearest to the errors, with one weight for all devices. */
export function fitShared(residuals: readonly Residual[], names: readonly string[]): LogLinear {
  const columns = names.map((name) => columnOf(residuals, name));
  const errors = residuals.map(({ error }) => bounded(error));
  const groups = groupWeights(residuals);
  let effects = new Float64Array(names.length + 1);
  for (let round = 0; round < ROUNDS; round++) {
    const weights = errors.map((error, row) => {
      const left = error - sumAt(columns, effects, row);
      return (groups[row] as number) * softened(left);
    });
    effects = solved(columns, errors, weights);
  }
  return asLogLinear(names, columns, effects);
}

/** As far off as counts. */
export function bounded(error: number): number {
  return Math.max(-ERROR_MAX, Math.min(ERROR_MAX, error));
}

/** Weight of an error: its loss grows linearly once it is large. */
export function softened(error: number): number {
  return 1 / Math.sqrt(1 + (error / SOFT) ** 2);
}

interface Column {
  readonly values: readonly number[];
  readonly mean: number;
  readonly size: number;
  readonly low: number;
  readonly high: number;
}

function columnOf(residuals: readonly Residual[], name: string): Column {
  const raw = residuals.map(({ traits }) => traits[name] ?? 0);
  let low = Infinity;
  let high = -Infinity;
  let mean = 0;
  for (const value of raw) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    mean += value / raw.length;
  }
  if (high - low < FLAT) return { values: raw.map(() => 0), mean, size: 1, low, high };
  const square = raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / raw.length;
  const size = Math.sqrt(square);
  return { values: raw.map((value) => (value - mean) / size), mean, size, low, high };
}

/** Spread below which a trait is one value, and has no effect to be told from the intercept's. */
const FLAT = 1e-6;

/** Square root of the rows, not their number: a group of many rows says more, but of one thing. */
export function groupWeights(residuals: readonly Residual[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const { group } of residuals) counts.set(group, (counts.get(group) ?? 0) + 1);
  return residuals.map(({ group }) => 1 / Math.sqrt(counts.get(group) ?? 1));
}

function sumAt(columns: readonly Column[], effects: Float64Array, row: number): number {
  let sum = effects[0] as number;
  columns.forEach(({ values }, index) => {
    sum += (effects[index + 1] as number) * (values[row] as number);
  });
  return sum;
}

function solved(
  columns: readonly Column[],
  errors: readonly number[],
  weights: readonly number[],
): Float64Array<ArrayBuffer> {
  const size = columns.length + 1;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  errors.forEach((error, at) => {
    const weight = weights[at] as number;
    row[0] = 1;
    columns.forEach(({ values }, index) => {
      row[index + 1] = values[at] as number;
    });
    for (let i = 0; i < size; i++) {
      const weighted = weight * (row[i] as number);
      right[i] = (right[i] as number) + weighted * error;
      const line = matrix[i] as Float64Array;
      for (let j = 0; j <= i; j++) line[j] = (line[j] as number) + weighted * (row[j] as number);
    }
  });
  for (let i = 0; i < size; i++) {
    const line = matrix[i] as Float64Array;
    line[i] = (line[i] as number) + SHRINKAGE;
    for (let j = i + 1; j < size; j++) line[j] = (matrix[j] as Float64Array)[i] as number;
  }
  return solve(matrix, right, 0) as Float64Array<ArrayBuffer>;
}

function asLogLinear(
  names: readonly string[],
  columns: readonly Column[],
  effects: Float64Array,
): LogLinear {
  let intercept = effects[0] as number;
  const terms: Record<string, Term> = {};
  columns.forEach(({ mean, size, low, high }, index) => {
    const weight = (effects[index + 1] as number) / size;
    intercept -= weight * mean;
    const name = names[index];
    if (name !== undefined) terms[name] = { weight: short(weight), low, high };
  });
  return { intercept: short(intercept), terms, low: -ERROR_MAX, high: ERROR_MAX };
}

export function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
