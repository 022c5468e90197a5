/**
 * Levenberg-Marquardt on log residuals with a soft L1 loss, for parameters shared by all groups of
 * residuals and parameters of one group each: the Jacobian is computed in those blocks only.
 *
 * Source: Marquardt 1963; Triggs et al. 2000, section 4.3 (robust loss by reweighting)
 */
import { solve } from "./_solve.ts";

/** Residuals of one group under the shared parameters and its own. */
export type Residuals = (shared: readonly number[], own: readonly number[]) => Float64Array;

export interface Problem {
  readonly shared: readonly number[];
  readonly groups: readonly { readonly own: readonly number[]; readonly residuals: Residuals }[];
  /** Weight of staying near the start, a parameter: (weight · distance)² is added to the cost. */
  readonly sharedWeights: readonly number[];
  readonly ownWeights: readonly number[];
  readonly iterations: number;
}

export interface Solution {
  readonly shared: readonly number[];
  readonly own: readonly (readonly number[])[];
}

/** Log residual beyond which the loss grows linearly: a tenth and a half off. */
const SOFT = 0.15;
const STEP = 1e-4;
const DAMPING_START = 1e-2;
const DAMPING_MAX = 1e6;
const CONVERGED = 1e-5;

export function leastSquares(problem: Problem): Solution {
  const start = [...problem.shared, ...problem.groups.flatMap(({ own }) => own)];
  let x = start;
  let cost = costAt(x, start, problem);
  let damping = DAMPING_START;
  for (let iteration = 0; iteration < problem.iterations && damping < DAMPING_MAX; iteration++) {
    const { matrix, gradient } = normalEquations(x, start, problem);
    let accepted = false;
    while (!accepted && damping < DAMPING_MAX) {
      const step = solve(matrix, gradient, damping);
      const next = x.map((value, index) => value - (step[index] as number));
      const nextCost = costAt(next, start, problem);
      accepted = nextCost < cost;
      damping = accepted ? damping / 5 : damping * 4;
      if (!accepted) continue;
      const gain = (cost - nextCost) / cost;
      x = next;
      cost = nextCost;
      if (gain < CONVERGED) damping = DAMPING_MAX;
    }
  }
  return split(x, problem);
}

function split(x: readonly number[], { shared, groups }: Problem): Solution {
  const own: (readonly number[])[] = [];
  let from = shared.length;
  for (const group of groups) {
    own.push(x.slice(from, from + group.own.length));
    from += group.own.length;
  }
  return { shared: x.slice(0, shared.length), own };
}

function weightAt(index: number, { shared, sharedWeights, ownWeights }: Problem): number {
  const weights = index < shared.length ? sharedWeights : ownWeights;
  const at = index < shared.length ? index : (index - shared.length) % ownWeights.length;
  return weights[at] as number;
}

function costAt(x: readonly number[], start: readonly number[], problem: Problem): number {
  const { shared, own } = split(x, problem);
  let cost = 0;
  problem.groups.forEach(({ residuals }, index) => {
    for (const r of residuals(shared, own[index] as readonly number[])) {
      cost += 2 * SOFT * SOFT * (Math.sqrt(1 + (r / SOFT) ** 2) - 1);
    }
  });
  x.forEach((value, index) => {
    cost += (weightAt(index, problem) * (value - (start[index] as number))) ** 2;
  });
  return Number.isFinite(cost) ? cost : Infinity;
}

interface NormalEquations {
  readonly matrix: Float64Array[];
  readonly gradient: Float64Array;
}

/** JᵀWJ and JᵀWr, W the weights of the robust loss, with the pull towards the start. */
function normalEquations(
  x: readonly number[],
  start: readonly number[],
  problem: Problem,
): NormalEquations {
  const size = x.length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const gradient = new Float64Array(size);
  const { shared, own } = split(x, problem);
  problem.groups.forEach(({ residuals }, group) => {
    const mine = own[group] as readonly number[];
    const first = shared.length + group * mine.length;
    const base = residuals(shared, mine);
    const columns = [
      ...shared.map((_, i) => difference(base, residuals(nudged(shared, i), mine))),
      ...mine.map((_, i) => difference(base, residuals(shared, nudged(mine, i)))),
    ];
    const places = [...shared.keys(), ...mine.map((_, i) => first + i)];
    accumulate({ matrix, gradient }, base, columns, places);
  });
  for (let index = 0; index < size; index++) {
    const square = weightAt(index, problem) ** 2;
    const row = matrix[index] as Float64Array;
    row[index] = (row[index] as number) + square;
    const pull = square * ((x[index] as number) - (start[index] as number));
    gradient[index] = (gradient[index] as number) + pull;
  }
  return { matrix, gradient };
}

function nudged(values: readonly number[], index: number): number[] {
  return values.map((value, at) => (at === index ? value + STEP : value));
}

function difference(from: Float64Array, to: Float64Array): Float64Array {
  return to.map((value, index) => (value - (from[index] as number)) / STEP);
}

function accumulate(
  { matrix, gradient }: NormalEquations,
  base: Float64Array,
  columns: readonly Float64Array[],
  places: readonly number[],
): void {
  const weights = base.map((r) => 1 / Math.sqrt(1 + (r / SOFT) ** 2));
  columns.forEach((left, i) => {
    const row = places[i] as number;
    gradient[row] = (gradient[row] as number) + weighted(weights, left, base);
    const target = matrix[row] as Float64Array;
    columns.forEach((right, j) => {
      const column = places[j] as number;
      target[column] = (target[column] as number) + weighted(weights, left, right);
    });
  });
}

function weighted(weights: Float64Array, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    sum += (weights[index] as number) * (a[index] as number) * (b[index] as number);
  }
  return sum;
}
