/**
 * Widths of intervals that hold: what estimates were off by on figures they were not fitted to.
 *
 * An interval's spread is that of its operators and, independent of it, one of the system. The second is
 * the least that lets eight in ten residuals lie inside: a quantile of the spread that each residual asks
 * for, one rank up (split conformal prediction). A cell with few residuals takes what all bases of its
 * quantity ask for together; a weaker basis never gets the narrower interval.
 *
 * Source: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World", chapter 4
 * (rank of n + 1); Lei et al. 2018, "Distribution-Free Predictive Inference for Regression"
 */
import { BASES, type Basis } from "../interval.ts";
import { SPREAD_NAMES, type IntervalWidths, type SpreadName } from "../estimate/index.ts";

/** How far one estimate was off. */
export interface IntervalResidual {
  readonly name: SpreadName;
  readonly basis: Basis;
  /** ln(true / estimated). */
  readonly error: number;
  /** Spread that the operators of the estimate account for. */
  readonly operators: number;
  /** Rows of one group never stand on both sides of a split. */
  readonly group: string;
}

/** Share of figures that an interval is to hold. */
const HELD = 0.8;
/** Standard normal quantile of 0.9, the half width of an interval in spreads. */
const Z90 = 1.2815515655446004;
/** Residuals below which a cell says nothing of its own. */
const CELL_MIN = 30;

/** Widths that hold eight in ten of `residuals`; where a quantity has none, those of `prior`. */
export function fitWidths(
  residuals: readonly IntervalResidual[],
  prior: IntervalWidths,
): IntervalWidths {
  return Object.fromEntries(
    SPREAD_NAMES.map((name) => {
      const own = residuals.filter((residual) => residual.name === name);
      return [name, own.length < CELL_MIN ? prior[name] : widthsOf(own, prior[name])];
    }),
  ) as IntervalWidths;
}

/** No published figure is its own prediction, so "measured" keeps its prior. */
const FITTED = BASES.filter((basis) => basis !== "measured");

type Widths = Readonly<Record<Basis, number>>;

function widthsOf(residuals: readonly IntervalResidual[], prior: Widths): Widths {
  const together = asked(residuals);
  let least = 0;
  const widths = FITTED.map((basis) => {
    const cell = residuals.filter((residual) => residual.basis === basis);
    least = Math.max(least, cellWidth(cell, together));
    return [basis, least] as const;
  });
  return { measured: prior.measured, ...Object.fromEntries(widths) } as Widths;
}

function cellWidth(cell: readonly IntervalResidual[], together: number): number {
  return cell.length < CELL_MIN ? together : asked(cell);
}

/** The system spread that eight in ten of the residuals ask for at most. */
function asked(residuals: readonly IntervalResidual[]): number {
  const spreads = residuals
    .map(({ error, operators }) => Math.sqrt(Math.max(0, (error / Z90) ** 2 - operators ** 2)))
    .toSorted((a, b) => a - b);
  const rank = Math.min(spreads.length, Math.ceil((spreads.length + 1) * HELD));
  return rounded(spreads[rank - 1] ?? 0);
}

/** Upwards, so that the residual at the edge stays inside. */
function rounded(width: number): number {
  return Math.ceil(width * 1000) / 1000;
}

/** Share of residuals inside intervals of `widths`. */
export function coverage(residuals: readonly IntervalResidual[], widths: IntervalWidths): number {
  const held = residuals.filter(({ name, basis, error, operators }) => {
    return Math.abs(error) <= Z90 * Math.hypot(operators, widths[name][basis]);
  });
  return held.length / residuals.length;
}

/** Residuals dealt to `count` folds by whole groups, the largest first to the emptiest fold. */
export function groupedFolds(
  residuals: readonly IntervalResidual[],
  count: number,
): readonly (readonly IntervalResidual[])[] {
  const groups = new Map<string, IntervalResidual[]>();
  for (const residual of residuals) {
    const members = groups.get(residual.group);
    if (members === undefined) groups.set(residual.group, [residual]);
    else members.push(residual);
  }
  const folds: IntervalResidual[][] = Array.from({ length: count }, () => []);
  const ordered = [...groups.values()].toSorted((a, b) => b.length - a.length);
  for (const members of ordered) {
    const emptiest = folds.reduce((least, fold) => (fold.length < least.length ? fold : least));
    emptiest.push(...members);
  }
  return folds;
}
