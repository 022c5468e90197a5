/**
 * How forecasts of new devices would have done: each generation from what was known before its launch.
 *
 * Operator laws keep the reach of earlier devices only, corrections are fitted on what those laws say of rows of earlier
 * devices only. The shapes of laws, which all devices share, are those of the whole fit. Before A100 no device has a table of
 * kernels: products and streams are then taken to reach their peaks, rows alone say how far below these a device stays, and
 * families are forecast where earlier devices of the kind have rows of them; exchanges, of which a law says phases and not
 * shares of a peak, keep theirs.
 *
 * Source: launch dates of catalogue/accelerators
 */
import { fitCorrections, corrected } from "../core/calibrate/index.ts";
import { SHIPPED, UNCORRECTED } from "../core/estimate/index.ts";
import type { Laws, Reach } from "../core/estimate/laws/index.ts";
import { catalogue, devices } from "../core/catalogue/index.ts";
import { chosenTraits } from "./generalisation.ts";
import { residualsOf, type CheckedResidual } from "./residuals.ts";
import type { Row } from "./row.ts";
import { validate } from "./validate.ts";
import { shippedWorld, type World } from "./world.ts";

/** Generations with measurements, by the words their devices are told from others in the evidence by. */
const GENERATIONS = [
  { name: "A100 from V100 and before", pattern: /\bA100\b/ },
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

/** Rows of a family on earlier devices of the kind below which nothing of it was known. */
const KNOWN_MIN = 10;

/** Residuals of each generation as it would have been forecast. */
export function backtests(rows: readonly Row[]): readonly Backtest[] {
  const world = shippedWorld();
  return GENERATIONS.flatMap(({ name, pattern }) => {
    const own = rows.filter(({ hardware }) => pattern.test(hardware));
    if (own.length === 0) return [];
    const before = launchBefore(own, world);
    const earlier = rows.filter(({ hardware }) => launched(hardware, world) < before);
    const laws = lawsBefore(SHIPPED.laws, before);
    const then = shippedWorld({ ...SHIPPED, laws, corrections: UNCORRECTED });
    const physics = (asked: readonly Row[]) =>
      residualsOf(validate(asked, then)).filter(({ isScored }) => isScored);
    const known = physics(earlier);
    const corrections = fitCorrections(known, chosenTraits());
    const counts = new Map<string, number>();
    for (const each of known) counts.set(kindOf(each), (counts.get(kindOf(each)) ?? 0) + 1);
    const least = hasTables(SHIPPED.laws, before) ? 0 : KNOWN_MIN;
    const forecast = physics(own).filter((each) => (counts.get(kindOf(each)) ?? 0) >= least);
    return [{ name, residuals: forecast.map((each) => corrected(each, corrections)) }];
  });

  function kindOf({ checked }: CheckedResidual): string {
    return `${world.device(checked.row.hardware)?.kind} ${checked.family}`;
  }
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

/** Every device to come, of which peaks alone are known: {@link UNTIMED} reaches them. */
const PEAKS = { units: 1, clock: 1.53e9, peak: 1, bandwidth: 1, kind: "gpu" } as const;
/** Cycles a launch as laws have them that no table was fitted to (elementwise, scan), at V100's clock where they are a time. */
const UNTIMED: Reach = { overhead: 4000, compute: 1, memory: 1 };

function lawsBefore(laws: Laws, before: string): Laws {
  const early = earlyDevices(before);
  const isKnown = hasTables(laws, before);
  const kept = Object.entries(laws.laws).map(([name, law]) => {
    const devices = Object.fromEntries(Object.entries(law.devices).filter(([id]) => early.has(id)));
    if (Object.keys(devices).length > 0) return [name, { ...law, devices }];
    const isKept = isKnown || name.startsWith("collective/");
    return [name, isKept ? law : { ...law, devices: { peaks: UNTIMED } }];
  });
  const anchors = { ...laws.anchors, peaks: PEAKS };
  return { ...laws, anchors, laws: Object.fromEntries(kept) as unknown as Laws["laws"] };
}

/** Whether a device of then has a table of kernels. */
function hasTables({ anchors }: Laws, before: string): boolean {
  const early = earlyDevices(before);
  return Object.keys(anchors).some((id) => early.has(id));
}

function earlyDevices(before: string): ReadonlySet<string> {
  const early = devices(catalogue).filter(({ launched: date }) => (date ?? "9999") < before);
  return new Set(early.map(({ id }) => id));
}
