/**
 * Linear systems of a positive definite matrix.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4.2 (Cholesky)
 */

/** x of (A + damping · diag A) x = b. A pivot that is not positive is floored, which leaves its unknown alone. */
export function solve(a: readonly Float64Array[], b: Float64Array, damping: number): Float64Array {
  const lower = factor(a, damping);
  const y = new Float64Array(b.length);
  for (let i = 0; i < b.length; i++) {
    let sum = b[i] as number;
    for (let j = 0; j < i; j++) sum -= at(lower, i, j) * (y[j] as number);
    y[i] = sum / at(lower, i, i);
  }
  const x = new Float64Array(b.length);
  for (let i = b.length - 1; i >= 0; i--) {
    let sum = y[i] as number;
    for (let j = i + 1; j < b.length; j++) sum -= at(lower, j, i) * (x[j] as number);
    x[i] = sum / at(lower, i, i);
  }
  return x;
}

const PIVOT_MIN = 1e-12;

function factor(a: readonly Float64Array[], damping: number): Float64Array[] {
  const lower = a.map((row) => new Float64Array(row.length));
  for (let i = 0; i < a.length; i++) {
    const row = lower[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      let sum = at(a, i, j) * (i === j ? 1 + damping : 1);
      for (let k = 0; k < j; k++) sum -= at(lower, i, k) * at(lower, j, k);
      row[j] = i === j ? Math.sqrt(Math.max(sum, PIVOT_MIN)) : sum / at(lower, j, j);
    }
  }
  return lower;
}

function at(matrix: readonly Float64Array[], row: number, column: number): number {
  return (matrix[row] as Float64Array)[column] as number;
}
