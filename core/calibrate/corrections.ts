/**
 * Corrections of physics fitted on residuals: that of a step first, from times a token; those of first
 * tokens, tokens and rates on what it leaves; batches and networks by themselves.
 *
 * Source: core/estimate/correction.ts (what each factor stands on)
 */
import {
  logLinear,
  UNCORRECTED,
  type Corrected,
  type Corrections,
  type SpreadName,
  type Traits,
} from "../estimate/index.ts";
import { fitLogLinear, OF_PHYSICS } from "./residuals.ts";
import { type PlacedResidual, selectTraits } from "./select-traits.ts";
import type { IntervalResidual } from "./intervals.ts";

/** A row's residual before any correction. */
export interface RowResidual extends IntervalResidual, PlacedResidual {}

/** Corrections that stand on each quantity, in the order they are applied. */
const CHAINS: Readonly<Partial<Record<SpreadName, readonly Corrected[]>>> = {
  first: ["first"],
  run: [],
  apart: [],
  token: ["step", "token"],
  rate: ["step", "rate"],
  batch: ["batch"],
  network: ["network"],
};

/** Quantities that each correction is fitted on. */
const FITTED_ON: readonly (readonly [Corrected, SpreadName])[] = [
  ["step", "token"],
  ["token", "token"],
  ["first", "first"],
  ["rate", "rate"],
  ["batch", "batch"],
  ["network", "network"],
];

/** Traits of a load, which a step's factor must not know. */
const OF_LOAD: ReadonlySet<string> = new Set([
  "concurrency",
  "queued",
  "input",
  "output",
  "spread",
]);

export type ChosenTraits = Readonly<Partial<Record<Corrected, readonly string[]>>>;

/** Rows below which physics stands as it is. */
const ROWS_MIN = 60;

/** The traits that each correction is better for, by whole groups and devices left out. */
export function chooseTraits(residuals: readonly RowResidual[]): ChosenTraits {
  let chosen: ChosenTraits = {};
  for (const [name, quantity] of FITTED_ON) {
    const left = remaining(residuals, quantity, fitCorrections(residuals, chosen));
    if (left.length < ROWS_MIN) continue;
    const names = [...new Set(left.flatMap(({ traits }) => Object.keys(traits)))].toSorted();
    const allowed = names.filter(
      (trait) => !OF_PHYSICS.has(trait) && (name !== "step" || !OF_LOAD.has(trait)),
    );
    chosen = { ...chosen, [name]: selectTraits(left, allowed) };
  }
  return chosen;
}

/** Corrections on the chosen traits; physics as it is where none were chosen. */
export function fitCorrections(
  residuals: readonly RowResidual[],
  chosen: ChosenTraits,
): Corrections {
  let corrections = UNCORRECTED;
  for (const [name, quantity] of FITTED_ON) {
    const traits = chosen[name];
    if (traits === undefined || traits.length === 0) continue;
    const left = remaining(residuals, quantity, corrections);
    if (left.length < ROWS_MIN) continue;
    corrections = { ...corrections, [name]: fitLogLinear(left, traits) };
  }
  return corrections;
}

function remaining(
  residuals: readonly RowResidual[],
  quantity: SpreadName,
  corrections: Corrections,
): readonly RowResidual[] {
  return residuals
    .filter(({ name }) => name === quantity)
    .map((residual) => corrected(residual, corrections));
}

/** The residual once `corrections` are applied to its estimate. */
export function corrected<R extends { name: SpreadName; error: number; traits: Traits }>(
  residual: R,
  corrections: Corrections,
): R {
  const chain = CHAINS[residual.name] ?? [];
  const shift = chain.reduce((sum, name) => sum + logLinear(corrections[name], residual.traits), 0);
  return { ...residual, error: residual.error - shift };
}
