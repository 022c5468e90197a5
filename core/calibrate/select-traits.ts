/**
 * Which traits a correction may look at: those that make groups left out better predicted and devices
 * left out no worse.
 *
 * Source: Hastie, Tibshirani and Friedman 2009, "The Elements of Statistical Learning", 3.3.2, 7.10
 */
import { logLinear } from "../estimate/index.ts";
import { groupedFolds } from "./intervals.ts";
import { fitLogLinear, type Residual } from "./residuals.ts";

export interface PlacedResidual extends Residual {
  readonly device: string;
}

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

/** Traits in the order they were taken; `shiftOf` is what a fit adds to the logarithm of a question. */
export function selectTraits(
  residuals: readonly PlacedResidual[],
  candidates: readonly string[],
  shiftOf: typeof logLinear = logLinear,
): readonly string[] {
  const folds = groupedFolds(residuals, FOLDS);
  const devices = groupedFolds(
    residuals.map((residual) => ({ ...residual, group: residual.device })),
    DEVICE_FOLDS,
  );
  let chosen: readonly string[] = [];
  let errorNow = meanError(residuals, () => 0);
  let deviceNow = errorNow;
  while (chosen.length < TRAITS_MAX) {
    const ranked = candidates
      .filter((name) => !chosen.includes(name))
      .map((name) => ({
        names: [...chosen, name],
        error: leftOut(folds, [...chosen, name], shiftOf),
      }))
      .filter(({ error }) => error < errorNow * (1 - GAIN_MIN))
      .toSorted((a, b) => a.error - b.error);
    const taken = ranked
      .slice(0, TRIED_MAX)
      .map((each) => ({ ...each, device: leftOut(devices, each.names, shiftOf) }))
      .find(({ device }) => device < deviceNow * (1 + HARM_MAX));
    if (taken === undefined) return chosen;
    chosen = taken.names;
    errorNow = taken.error;
    deviceNow = taken.device;
  }
  return chosen;
}

const DEVICE_FOLDS = 12;

/** Mean error of residuals whose fold was left out. */
function leftOut(
  folds: readonly (readonly PlacedResidual[])[],
  names: readonly string[],
  shiftOf: typeof logLinear,
): number {
  let sum = 0;
  let count = 0;
  for (const fold of folds) {
    const others = folds.filter((other) => other !== fold).flat();
    if (others.length === 0) continue;
    const model = fitLogLinear(others, names);
    sum += fold.length * meanError(fold, ({ traits }) => shiftOf(model, traits));
    count += fold.length;
  }
  return sum / count;
}

/** Of residuals once `shift` is taken off each, cut at {@link ERROR_MAX}. */
function meanError(
  residuals: readonly PlacedResidual[],
  shift: (residual: PlacedResidual) => number,
): number {
  const errors = residuals.map((residual) =>
    Math.min(ERROR_MAX, Math.abs(residual.error - shift(residual))),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
