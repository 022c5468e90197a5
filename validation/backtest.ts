/**
 * How forecasts of new devices would have done: each generation from what was known before its launch.
 *
 * Operator laws keep the reach of earlier devices only, corrections are fitted on rows of earlier devices
 * only. The shapes of laws, which all devices share, are those of the whole fit.
 *
 * Source: launch dates of catalogue/accelerators
 */
import { fitCorrections, corrected } from "../core/calibrate/index.ts";
import { SHIPPED, UNCORRECTED, type Coefficients } from "../core/estimate/index.ts";
import type { Laws } from "../core/estimate/laws/index.ts";
import { catalogue, devices } from "../core/catalogue/index.ts";
import { chosenTraits } from "./generalisation.ts";
import { residualsOf, type CheckedResidual } from "./residuals.ts";
import type { Row } from "./row.ts";
import { validate } from "./validate.ts";
import { shippedWorld, type World } from "./world.ts";

/** Generations with measurements, by the words their devices are told from others in the evidence by. */
const GENERATIONS = [
  { name: "H100 from A100 and before", pattern: /\bH100 SXM/ },
  { name: "H200 from H100 and before", pattern: /\bH200/ },
  { name: "B200 and GB200 from H100 and before", pattern: /\bG?B200/ },
] as const;

/** Months before a launch within which devices count as its contemporaries. */
const KNOWN_BEFORE_MONTHS = 3;

export interface Backtest {
  readonly name: string;
  readonly residuals: readonly CheckedResidual[];
}

/** Residuals of each generation as it would have been forecast. */
export function backtests(
  rows: readonly Row[],
  residuals: readonly CheckedResidual[],
): readonly Backtest[] {
  const world = shippedWorld();
  return GENERATIONS.map(({ name, pattern }) => {
    const own = rows.filter(({ hardware, task }) => pattern.test(hardware) && task !== "training");
    const before = launchBefore(own, world);
    const known = residuals.filter(
      ({ device, isScored }) => isScored && launched(device, world) < before,
    );
    const coefficients: Coefficients = {
      ...SHIPPED,
      laws: lawsBefore(SHIPPED.laws, before),
      corrections: UNCORRECTED,
    };
    const all = residualsOf(validate(own, shippedWorld(coefficients)));
    const forecast = all.filter(({ isScored }) => isScored);
    const corrections = fitCorrections(known, chosenTraits());
    return { name, residuals: forecast.map((each) => corrected(each, corrections)) };
  });
}

/** ISO date from which on devices are too young to have been known at the launch of those of `rows`. */
function launchBefore(rows: readonly Row[], world: World): string {
  const dates = rows.map(({ hardware }) => launched(hardware, world)).toSorted();
  const date = new Date(dates[0] ?? "");
  date.setUTCMonth(date.getUTCMonth() - KNOWN_BEFORE_MONTHS);
  return date.toISOString().slice(0, 10);
}

/** Late in time where nobody says, so that the device is never taken for known. */
function launched(label: string, world: World): string {
  return world.device(label)?.launched ?? "9999";
}

function lawsBefore(laws: Laws, before: string): Laws {
  const early = new Set(
    devices(catalogue).flatMap(({ id, launched: date }) =>
      date !== undefined && date < before ? [id] : [],
    ),
  );
  const kept = Object.entries(laws.laws).map(([name, law]) => {
    const devices = Object.fromEntries(Object.entries(law.devices).filter(([id]) => early.has(id)));
    return [name, Object.keys(devices).length === 0 ? law : { ...law, devices }];
  });
  return { ...laws, laws: Object.fromEntries(kept) as unknown as Laws["laws"] };
}
