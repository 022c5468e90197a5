/**
 * Errors on what no correction was fitted to: by whole groups, devices, models or sources left out.
 *
 * Source: validation/REPORT.md (calibration and checking never share a group)
 */
import {
  corrected,
  fitCorrections,
  fitWidths,
  groupedFolds,
  isHeld,
  OWN,
  type ChosenTraits,
} from "../core/calibrate/index.ts";
import { CORRECTED, SHIPPED_CORRECTIONS, SHIPPED_WIDTHS } from "../core/estimate/index.ts";
import { sampleQuantile } from "./compare.ts";
import { FAMILIES } from "./family.ts";
import { isRate, type CheckedResidual } from "./residuals.ts";

export interface FamilyErrors {
  readonly rows: number;
  readonly median: number;
  readonly p90: number;
  readonly coverage: number;
}

/** What is left out together. */
export type LeftOut = "group" | "device" | "model" | "source";

const FOLDS = { group: 5, device: 40, model: 40, source: 40 } as const;

/** Traits that the shipped corrections look at. */
export function chosenTraits(): ChosenTraits {
  return Object.fromEntries(
    CORRECTED.map((name) => {
      const { terms, devices = {} } = SHIPPED_CORRECTIONS[name];
      const own = new Set(Object.values(devices).flatMap((each) => Object.keys(each)));
      return [name, [...Object.keys(terms), ...[...own].map((trait) => OWN + trait)]] as const;
    }),
  );
}

/** Residuals as corrections fitted on the other folds leave them. */
export function crossValidated(
  residuals: readonly CheckedResidual[],
  traits: ChosenTraits,
  by: LeftOut,
): readonly CheckedResidual[] {
  const folds = foldsOf(residuals, by);
  return folds.flatMap((fold) => {
    const others = folds.filter((other) => other !== fold).flat();
    const corrections = fitCorrections(
      others.filter(({ isScored }) => isScored),
      traits,
    );
    return fold.map((residual) => corrected(residual, corrections));
  });
}

/** Folds of whole devices, models or sources that widths are checked on: each asks for widths anew. */
const FOLDS_OF_WIDTHS = 10;

function foldsOf(residuals: readonly CheckedResidual[], by: LeftOut, count: number = FOLDS[by]) {
  const placed = residuals.map((residual) => ({ group: residual[by], residual }));
  const folds = groupedFolds(placed, count).map((fold) => fold.map(({ residual }) => residual));
  return folds.filter((fold) => fold.length > 0);
}

/**
 * Errors by family; coverage by widths fitted on the other folds. With `known`, residuals with groups left out, a fold is new
 * to widths that they ask for, as a device is that no evidence has; the other folds tell how much wider.
 */
export function errorsByFamily(
  residuals: readonly CheckedResidual[],
  by: LeftOut = "group",
  known: readonly CheckedResidual[] | null = null,
): Readonly<Record<string, FamilyErrors>> {
  const held = new Set<CheckedResidual>();
  const folds = foldsOf(residuals, by, Math.min(FOLDS[by], FOLDS_OF_WIDTHS));
  for (const fold of folds) {
    const others = folds.filter((other) => other !== fold).flat();
    const own = new Set(fold.map((residual) => residual[by]));
    const apart = known?.filter((residual) => !own.has(residual[by]));
    const widths =
      apart === undefined
        ? fitWidths(others, SHIPPED_WIDTHS)
        : fitWidths(apart, SHIPPED_WIDTHS, others);
    for (const residual of fold) if (isHeld(residual, widths)) held.add(residual);
  }
  return Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const own = residuals.filter(
        ({ checked, isScored }) => isScored && checked.family === family,
      );
      if (own.length === 0) return [];
      const errors = own.map(relativeError);
      const inside = own.filter((residual) => held.has(residual)).length;
      return [
        [
          family,
          {
            rows: own.length,
            median: rounded(sampleQuantile(errors, 0.5) ?? 0),
            p90: rounded(sampleQuantile(errors, 0.9) ?? 0),
            coverage: rounded(inside / own.length),
          },
        ],
      ];
    }),
  );
}

/** |predicted − measured| / measured, in the row's own sense. */
export function relativeError({ checked, error }: CheckedResidual): number {
  return Math.abs(Math.expm1(isRate(checked) ? error : -error));
}

function rounded(share: number): number {
  return Number(share.toFixed(4));
}
