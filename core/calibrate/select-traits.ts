/**
 * Which traits a correction may look at: those that make groups left out better predicted and devices left out no worse.
 *
 * Source: Hastie, Tibshirani and Friedman 2009, "The Elements of Statistical Learning", 3.3.2, 7.10
 */
import { logLinear } from "../estimate/index.ts";
import { groupedFolds } from "./intervals.ts";
import { fitLogLinear } from "./fit-log-linear.ts";
import type { Residual } from "./residuals.ts";

const FOLDS = 5;
/** Share by which a trait must lower the error of groups left out. */
const GAIN_MIN = 0.004;
/** And may raise that of devices left out. */
const HARM_MAX = 0.01;
/** Errors count up to here, so that rows of another kind do not decide. */
const ERROR_MAX = 0.7;
const TRAITS_MAX = 14;
/** Candidates tried on devices, best first, before a round gives up. */
const TRIED_MAX = 6;

/** Traits whose weight is one for all devices, and those of which each device may have its own. */
interface Candidates {
  readonly shared: readonly string[];
  readonly own: readonly string[];
}

interface Chosen {
  readonly names: readonly string[];
  /** Of groups left out, and of devices left out. */
  readonly error: number;
  readonly device: number;
}

/**
 * Traits in the order they were taken, those of devices last: what all share must not be told by each of them alone.
 * `shiftOf` is what a fit adds to the logarithm of a question. The `shipped` choice stays unless another beats it, so that
 * one does not give way to its equal.
 */
export function selectTraits(
  residuals: readonly Residual[],
  { shared, own }: Candidates,
  shiftOf: typeof logLinear = logLinear,
  shipped: readonly string[] = [],
): readonly string[] {
  const groups = groupedFolds(residuals, FOLDS);
  const devices = groupedFolds(
    residuals.map((residual) => ({ ...residual, group: residual.device })),
    DEVICE_FOLDS,
  );
  const next = (chosen: Chosen, candidates: readonly string[]): Chosen | undefined =>
    candidates
      .filter((name) => !chosen.names.includes(name))
      .map((name) => [...chosen.names, name])
      .map((names) => ({ names, error: leftOut(groups, names, shiftOf) }))
      .filter(({ error }) => error < chosen.error * (1 - GAIN_MIN))
      .toSorted((a, b) => a.error - b.error)
      .slice(0, TRIED_MAX)
      .map((each) => ({ ...each, device: leftOut(devices, each.names, shiftOf) }))
      .find(({ device }) => device < chosen.device * (1 + HARM_MAX));
  const error = meanError(residuals, () => 0);
  let chosen: Chosen = { names: [], error, device: error };
  for (const candidates of [shared, own]) {
    for (let taken = 0; taken < TRAITS_MAX; taken++) {
      const better = next(chosen, candidates);
      if (better === undefined) break;
      chosen = better;
    }
  }
  const kept = shipped.filter((name) => [...shared, ...own].includes(name));
  const isBeaten =
    kept.length === 0 ||
    (chosen.error < leftOut(groups, kept, shiftOf) * (1 - GAIN_MIN) &&
      chosen.device < leftOut(devices, kept, shiftOf) * (1 + HARM_MAX));
  return isBeaten ? chosen.names : kept;
}

const DEVICE_FOLDS = 12;

/** Mean error of residuals whose fold was left out. */
function leftOut(
  folds: readonly (readonly Residual[])[],
  names: readonly string[],
  shiftOf: typeof logLinear,
): number {
  let sum = 0;
  let count = 0;
  for (const fold of folds) {
    const others = folds.filter((other) => other !== fold).flat();
    if (others.length === 0) continue;
    const model = fitLogLinear(others, names);
    sum += fold.length * meanError(fold, ({ traits, device }) => shiftOf(model, traits, device));
    count += fold.length;
  }
  return sum / count;
}

/** Of residuals once `shift` is taken off each, cut at {@link ERROR_MAX}. */
function meanError(residuals: readonly Residual[], shift: (residual: Residual) => number): number {
  const errors = residuals.map((residual) =>
    Math.min(ERROR_MAX, Math.abs(residual.error - shift(residual))),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
