/**
 * Least squares with unknowns that are not negative, rows sparse.
 *
 * Source: Franc, Hlaváč and Navara 2005, "Sequential coordinate-wise algorithm for the non-negative least squares
 * problem"; reweighting after Triggs et al. 2000, section 4.3 (soft L1)
 */
export interface Row {
  readonly terms: readonly (readonly [column: number, value: number])[];
  readonly value: number;
  /** Of its relative error. */
  readonly weight: number;
}

const ROUNDS = 8;
const SWEEPS = 400;
/** Relative error beyond which the loss grows linearly. */
const SOFT = 0.1;
/** Times shorter than this are no better known. */
const LEAST = 1e-6;

/** Unknowns that leave the least relative error. */
export function nonNegative(rows: readonly Row[], columns: number): Float64Array {
  let found: Float64Array = new Float64Array(columns);
  for (let round = 0; round < ROUNDS; round += 1) {
    const weights = rows.map((row) => {
      const floor = Math.max(row.value, LEAST);
      const off = round === 0 ? 0 : Math.abs(predicted(row, found) - row.value) / floor;
      return row.weight / floor / Math.sqrt(Math.max(1, off / SOFT));
    });
    found = descended(rows, weights, found);
  }
  return found;
}

function predicted({ terms }: Row, unknowns: Float64Array): number {
  return terms.reduce((sum, [column, value]) => sum + value * (unknowns[column] ?? 0), 0);
}

function descended(
  rows: readonly Row[],
  weights: readonly number[],
  start: Float64Array,
): Float64Array {
  const columns = start.length;
  const scales = new Float64Array(columns);
  for (const [index, { terms }] of rows.entries()) {
    const weight = weights[index] ?? 0;
    for (const [column, value] of terms)
      scales[column] = (scales[column] ?? 0) + (weight * value) ** 2;
  }
  const unit = scales.map((square) => (square > 0 ? Math.sqrt(square) : 1));
  const matrix = new Float64Array(columns * columns);
  const gradient = new Float64Array(columns);
  for (const [index, { terms, value }] of rows.entries()) {
    const weight = weights[index] ?? 0;
    for (const [i, a] of terms) {
      const left = (weight * a) / (unit[i] ?? 1);
      gradient[i] = (gradient[i] ?? 0) - left * weight * value;
      for (const [j, b] of terms)
        matrix[i * columns + j] =
          (matrix[i * columns + j] ?? 0) + (left * weight * b) / (unit[j] ?? 1);
    }
  }
  const x = start.map((value, column) => value * (unit[column] ?? 1));
  swept(matrix, gradient, x);
  return x.map((value, column) => value / (unit[column] ?? 1));
}

function swept(matrix: Float64Array, gradient: Float64Array, x: Float64Array): void {
  const columns = x.length;
  const slope = gradient.map((value, row) => {
    let sum = value;
    for (let column = 0; column < columns; column += 1)
      sum += (matrix[row * columns + column] ?? 0) * (x[column] ?? 0);
    return sum;
  });
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (let column = 0; column < columns; column += 1) {
      const own = matrix[column * columns + column] ?? 0;
      if (own === 0) continue;
      const before = x[column] ?? 0;
      const after = Math.max(0, before - (slope[column] ?? 0) / own);
      if (after === before) continue;
      x[column] = after;
      for (let row = 0; row < columns; row += 1)
        slope[row] = (slope[row] ?? 0) + (after - before) * (matrix[row * columns + column] ?? 0);
    }
  }
}
