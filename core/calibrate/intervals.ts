/**
 * Widths of intervals that hold: what estimates were off by on figures they were not fitted to.
 *
 * The size of errors is a ridge regression of ln|error| on traits; how many sizes hold eight in ten is a quantile of
 * errors over their size, on either side, one rank out (split conformal prediction, the folds taking turns). A cell
 * with few residuals takes what all bases of its quantity ask for together; a weaker basis that asks for less than a
 * stronger one is pooled with it, so it never gets the narrower interval. Groups differ more than their rows do, so widths are
 * checked on groups they did not see, and as many times as wide as those ask for. Devices without figures of a quantity get
 * intervals as many times as wide as hold eight in ten of those that a correction did not see. A quantity of few groups
 * keeps the sizes of its prior, which many traits decide, and asks its own residuals how many of them.
 *
 * Source: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World", chapter 4
 * (rank of n + 1); Papadopoulos et al. 2008, "Normalized nonconformity measures";
 * Barlow et al. 1972, "Statistical Inference under Order Restrictions" (pooling of adjacent violators)
 */
import { BASES, type Basis } from "../interval.ts";
import {
  logLinear,
  reachOf,
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
/** Groups below which a quantity says too little of what its errors' size depends on, however many its residuals. */
const GROUPS_MIN = 12;
/** And of how many sizes hold eight in ten, two figures a basis. */
const REACH_GROUPS_MIN = 5;
/** Devices below which a quantity says too little of others. */
const DEVICES_MIN = 8;
/** Errors are never taken for smaller: figures are printed with two or three digits. */
const ERROR_MIN = 0.03;

/**
 * Widths that hold eight in ten of `residuals`, and of `strangers`, residuals whose whole device no
 * correction saw, eight in ten by the factor of such devices; where a quantity has few, those of `prior`.
 */
export function fitWidths(
  residuals: readonly IntervalResidual[],
  prior: IntervalWidths,
  strangers: readonly IntervalResidual[] = [],
): IntervalWidths {
  const names = SPREAD_NAMES.map((name) => {
    const isOwn = (residual: IntervalResidual) => residual.name === name;
    const own = residuals.filter(isOwn);
    const width = isBroad(own, REACH_GROUPS_MIN)
      ? settledWidth(own, prior, name)
      : prior.names[name];
    const others = strangers.filter(isOwn).map((each) => ({ ...each, group: each.device }));
    const alike = { ...prior, names: { ...prior.names, [name]: { ...width, unseen: 1 } } };
    const unseen = isBroad(others, DEVICES_MIN)
      ? Math.max(1, timesOf(others.map((each) => reaches(each, alike))))
      : width.unseen;
    return [name, { ...width, unseen }] as const;
  });
  return { ...prior, names: Object.fromEntries(names) as Record<SpreadName, Width> };
}

function isBroad(residuals: readonly IntervalResidual[], groups: number): boolean {
  const seen = new Set(residuals.map(({ group }) => group));
  return residuals.length >= CELL_MIN && seen.size >= groups;
}

/** Each asks for widths anew, so there are few. */
const SETTLING_FOLDS = 3;

/** Widths of `widthOf`, as many times as wide, at least once, as hold eight in ten of all groups by widths of the other folds. */
function settledWidth(
  residuals: readonly IntervalResidual[],
  prior: IntervalWidths,
  name: SpreadName,
): Width {
  const isSized = isBroad(residuals, GROUPS_MIN);
  const folds = groupedFolds(residuals, SETTLING_FOLDS);
  const left = folds.flatMap((fold) => {
    const others = folds.filter((other) => other !== fold).flat();
    const width = { ...widthOf(others, prior.names[name], isSized), unseen: 1 };
    const widths = { ...prior, names: { ...prior.names, [name]: width } };
    return fold.map((each) => reaches(each, widths));
  });
  const times = Math.max(1, timesOf(left));
  const width = widthOf(residuals, prior.names[name], isSized);
  const reach = FITTED.map((basis) => {
    const { below, above } = width.reach[basis];
    return [basis, { below: rounded(below * times), above: rounded(above * times) }] as const;
  });
  return { ...width, reach: { ...width.reach, ...Object.fromEntries(reach) } };
}

/** How many reaches of its interval a residual is off by. */
function reaches(residual: IntervalResidual, widths: IntervalWidths): number {
  const { error } = residual;
  const { below, above } = reachOf(residual, widths);
  return error === 0 ? 0 : Math.abs(error) / (error < 0 ? below : above);
}

/** How many times as wide intervals hold eight in ten of residuals so many reaches off. */
function timesOf(off: readonly number[]): number {
  const rank = Math.ceil((off.length + 1) * (1 - 2 * BEYOND));
  return rounded(off.toSorted((a, b) => a - b)[rank - 1] ?? 1);
}

/** No published figure is its own prediction, so "measured" keeps its prior. */
const FITTED = BASES.filter((basis) => basis !== "measured");

/** With sizes of their own, or those of `prior` where the groups are too few to say what sizes depend on. */
function widthOf(residuals: readonly IntervalResidual[], prior: Width, isSized: boolean): Width {
  const relative = isSized
    ? relativeOf(residuals)
    : residuals.map((each) => over(each, prior.scale));
  const cells = FITTED.map((basis) => {
    const cell = relative.filter((each) => each.basis === basis);
    return (cell.length < CELL_MIN ? relative : cell).map(({ error }) => error);
  });
  const below = rising(cells, (errors) => tailOf(errors.map((error) => -error)));
  const above = rising(cells, tailOf);
  const reach = FITTED.map((basis, at) => [basis, { below: below[at], above: above[at] }] as const);
  const fitted = { measured: prior.reach.measured, ...Object.fromEntries(reach) };
  const seen = [...new Set(residuals.map(({ device }) => device))].toSorted();
  const scale = isSized ? sizeOf(residuals) : prior.scale;
  return { ...prior, scale, reach: fitted as Record<Basis, Reach>, seen };
}

/** The reach of each cell; a cell that asks for less than a stronger one before it is pooled with it (isotonic regression). */
function rising(
  cells: readonly (readonly number[])[],
  reach: (errors: readonly number[]) => number,
): readonly number[] {
  const pools: { readonly errors: readonly number[]; readonly count: number }[] = [];
  for (const errors of cells) {
    let pool = { errors, count: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (reach(last.errors) <= reach(pool.errors)) break;
      pools.pop();
      pool = { errors: [...last.errors, ...pool.errors], count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ errors, count }) => Array.from({ length: count }, () => reach(errors)));
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

const FOLDS = 5;

/** Errors over their sizes by fits that left their group out, which know it no better than new ones. */
function relativeOf(residuals: readonly IntervalResidual[]): readonly IntervalResidual[] {
  const folds = groupedFolds(residuals, FOLDS);
  return folds.flatMap((fold) => {
    const size = sizeOf(folds.filter((other) => other !== fold).flat());
    return fold.map((each) => over(each, size));
  });
}

/** The residual in units of `size`. */
function over(residual: IntervalResidual, size: LogLinear): IntervalResidual {
  return { ...residual, error: residual.error / Math.exp(logLinear(size, residual.traits)) };
}

/** How far above 0 all but a tenth of `errors` stay. */
function tailOf(errors: readonly number[]): number {
  const relative = errors.toSorted((a, b) => b - a);
  const rank = Math.max(1, Math.floor((relative.length + 1) * BEYOND));
  return rounded(Math.max(0, relative[rank - 1] ?? 0));
}

/** Upwards, so that the residual at the edge stays inside. */
function rounded(width: number): number {
  return Math.ceil(width * 1000) / 1000;
}

/** Whether the interval of `widths` holds the true figure. */
export function isHeld(residual: IntervalResidual, widths: IntervalWidths): boolean {
  const { below, above } = reachOf(residual, widths);
  return residual.error >= -below && residual.error <= above;
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
