/**
 * Widths of intervals that hold: what estimates were off by on figures they were not fitted to.
 *
 * The size of errors is a ridge regression of ln|error| on traits; how many sizes hold eight in ten is a
 * quantile of errors over their size, on either side, one rank out (split conformal prediction, the folds
 * of a small quantity taking turns). A cell with few residuals takes what all bases of its quantity ask for together; a weaker basis never
 * gets the narrower interval.
 *
 * Source: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World", chapter 4
 * (rank of n + 1); Papadopoulos et al. 2008, "Normalized nonconformity measures"
 */
import { BASES, type Basis } from "../interval.ts";
import {
  logLinear,
  SPREAD_NAMES,
  type IntervalWidths,
  type LogLinear,
  type Reach,
  type SpreadName,
  type Width,
} from "../estimate/index.ts";
import { fitShared, OF_PHYSICS, type Residual } from "./residuals.ts";

/** How far one estimate was off, once corrected by a fit that did not see its group. */
export interface IntervalResidual extends Residual {
  readonly name: SpreadName;
  readonly basis: Basis;
}

/** Share of figures beyond each end of an interval. */
const BEYOND = 0.1;
/** Residuals below which a cell says nothing of its own. */
const CELL_MIN = 30;
/** Groups below which a quantity says too little of those left out, however many its residuals. */
const GROUPS_MIN = 12;
/** Errors are never taken for smaller: figures are printed with two or three digits. */
const ERROR_MIN = 0.03;

/** Widths that hold eight in ten of `residuals`; where a quantity has few, those of `prior`. */
export function fitWidths(
  residuals: readonly IntervalResidual[],
  prior: IntervalWidths,
): IntervalWidths {
  const names = Object.fromEntries(
    SPREAD_NAMES.map((name) => {
      const own = residuals.filter((residual) => residual.name === name);
      return [name, isBroad(own) ? widthOf(own, prior.names[name]) : prior.names[name]];
    }),
  ) as Record<SpreadName, Width>;
  return { ...prior, names };
}

function isBroad(residuals: readonly IntervalResidual[]): boolean {
  const groups = new Set(residuals.map(({ group }) => group));
  return residuals.length >= CELL_MIN && groups.size >= GROUPS_MIN;
}

/** No published figure is its own prediction, so "measured" keeps its prior. */
const FITTED = BASES.filter((basis) => basis !== "measured");

function widthOf(residuals: readonly IntervalResidual[], prior: Width): Width {
  const scale = sizeOf(residuals);
  const relative = relativeOf(residuals, scale);
  const together = reachOf(relative.map(({ error }) => error));
  let least: Reach = { below: 0, above: 0 };
  const cells = FITTED.map((basis) => {
    const cell = relative.filter((each) => each.basis === basis).map(({ error }) => error);
    const own = cell.length < CELL_MIN ? together : reachOf(cell);
    least = {
      below: Math.max(least.below, own.below),
      above: Math.max(least.above, own.above),
    };
    return [basis, least] as const;
  });
  const reach = { measured: prior.reach.measured, ...Object.fromEntries(cells) };
  return { scale, reach: reach as Record<Basis, Reach> };
}

function sizeOf(residuals: readonly IntervalResidual[]): LogLinear {
  const seen = new Set(residuals.flatMap(({ traits }) => Object.keys(traits)));
  const names = [...seen].filter((name) => !OF_PHYSICS.has(name) && !isShare(name)).toSorted();
  const sizes = residuals.map((residual) => ({
    ...residual,
    error: Math.log(Math.max(ERROR_MIN, Math.abs(residual.error))) - SIZE_USUAL,
  }));
  const size = fitShared(sizes, names);
  return {
    ...size,
    intercept: size.intercept + SIZE_USUAL,
    low: SIZE_LOW,
    high: SIZE_HIGH,
  };
}

/** Shares of steps change with the corrections, so no width looks at them. */
function isShare(name: string): boolean {
  return name.includes("share ");
}

/** ln of the size that errors have when nothing is known: a fifth. */
const SIZE_USUAL = Math.log(0.2);
const SIZE_LOW = Math.log(0.04);
const SIZE_HIGH = Math.log(1.5);

/** Residuals from which on a size says the same of those it was fitted to as of others. */
const MANY = 2000;
const FOLDS = 4;

/** Errors over their sizes; those of a small quantity by fits that left their group out, which know it no better than new ones. */
function relativeOf(
  residuals: readonly IntervalResidual[],
  scale: LogLinear,
): readonly IntervalResidual[] {
  const over = (own: readonly IntervalResidual[], size: LogLinear) =>
    own.map((each) => ({ ...each, error: each.error / Math.exp(logLinear(size, each.traits)) }));
  if (residuals.length >= MANY) return over(residuals, scale);
  const folds = groupedFolds(residuals, FOLDS);
  return folds.flatMap((fold) =>
    over(fold, sizeOf(folds.filter((other) => other !== fold).flat())),
  );
}

function reachOf(errors: readonly number[]): Reach {
  const relative = errors.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.floor((relative.length + 1) * BEYOND));
  const low = relative[rank - 1] ?? 0;
  const high = relative[relative.length - rank] ?? 0;
  return { below: rounded(Math.max(0, -low)), above: rounded(Math.max(0, high)) };
}

/** Upwards, so that the residual at the edge stays inside. */
function rounded(width: number): number {
  return Math.ceil(width * 1000) / 1000;
}

/** Whether the interval of `widths` holds the true figure. */
export function isHeld(residual: IntervalResidual, { names }: IntervalWidths): boolean {
  const { name, basis, error, traits } = residual;
  const { scale, reach } = names[name];
  const size = Math.exp(logLinear(scale, traits));
  return error >= -reach[basis].below * size && error <= reach[basis].above * size;
}

/** Residuals dealt to `count` folds by whole groups, the largest first to the emptiest fold. */
export function groupedFolds<R extends { readonly group: string }>(
  residuals: readonly R[],
  count: number,
): readonly (readonly R[])[] {
  const groups = new Map<string, R[]>();
  for (const residual of residuals) {
    const members = groups.get(residual.group);
    if (members === undefined) groups.set(residual.group, [residual]);
    else members.push(residual);
  }
  const folds: R[][] = Array.from({ length: count }, () => []);
  const ordered = [...groups.values()].toSorted((a, b) => b.length - a.length);
  for (const members of ordered) {
    const emptiest = folds.reduce((least, fold) => (fold.length < least.length ? fold : least));
    emptiest.push(...members);
  }
  return folds;
}
