/**
 * Corrections of physics fitted on residuals: those of a step's parts first, from times a token; those of
 * first tokens, tokens and rates on what they leave; batches and networks by themselves.
 *
 * Source: core/estimate/correction.ts (what each factor stands on)
 */
import {
  shiftOf,
  UNCORRECTED,
  type Corrected,
  type Corrections,
  type SpreadName,
  type Traits,
} from "../estimate/index.ts";
import { fitLogLinear, OF_PHYSICS } from "./residuals.ts";
import { type PlacedResidual, selectTraits } from "./select-traits.ts";
import type { IntervalResidual } from "./intervals.ts";
import { fitParts, partsShift } from "./parts.ts";

/** A row's residual before any correction. */
export interface RowResidual extends IntervalResidual, PlacedResidual {}

/** The correction of its own that each quantity has. */
const OWN: Readonly<Partial<Record<SpreadName, Corrected>>> = {
  first: "first",
  token: "token",
  rate: "rate",
  batch: "batch",
  prompt: "batch",
  network: "network",
  power: "power",
  energy: "power",
  training: "training",
  "training-network": "training-network",
  quality: "training",
  "quality-network": "training-network",
};

/** Quantities that are made of decode steps; prompts take what physics says of them. */
const OF_STEPS: ReadonlySet<SpreadName> = new Set(["token", "rate"]);

/** Quantities whose device may wait for launches. */
const OF_BATCHES: ReadonlySet<SpreadName> = new Set(["batch", "prompt", "network"]);

/** The quantity whose time an energy is spent in. */
function timeOf(traits: Traits): Corrected {
  if (traits["network"] === 1) return "network";
  return traits["engine static"] === 1 ? "batch" : "rate";
}

/** Quantities that each correction is fitted on; power on energy too, once rates are corrected. */
const FITTED_ON: readonly (readonly [Corrected, readonly SpreadName[]])[] = [
  ["token", ["token"]],
  ["first", ["first"]],
  ["rate", ["rate"]],
  ["batch", ["batch", "prompt"]],
  ["network", ["network"]],
  ["power", ["power", "energy"]],
  ["training", ["training"]],
  ["training-network", ["training-network"]],
];

/**
 * Traits that a correction is not to look at. Power: the load, since simulations ask it of a placement alone. Rates: lengths,
 * engines, devices and formats, which times a token and first tokens have already; a rate that looked at them would part
 * from these by a third.
 */
const REFUSED: Readonly<Partial<Record<Corrected, RegExp>>> = {
  power: /^(concurrency|queued|input|output|spread|devices|decoding)$/,
  rate: /^(engine|kind|computes|experts)\b|^(input|output|cool|hidden)$/,
};

/** What the parts of a step look at: shares change with the corrections, so nothing else may. */
const OF_STEP = /share |^\S+ experts /;

export type ChosenTraits = Readonly<Partial<Record<Corrected, readonly string[]>>>;

/** Rows below which physics stands as it is. */
const ROWS_MIN = 60;

/** The traits that each correction is better for, by whole groups and devices left out. */
export function chooseTraits(residuals: readonly RowResidual[]): ChosenTraits {
  let chosen: ChosenTraits = {};
  for (const [name, quantities] of FITTED_ON) {
    const left = remaining(residuals, quantities, fitCorrections(residuals, chosen));
    if (left.length < ROWS_MIN) continue;
    const names = [...new Set(left.flatMap(({ traits }) => Object.keys(traits)))].toSorted();
    const refused = REFUSED[name];
    const allowed = names.filter(
      (trait) => !OF_PHYSICS.has(trait) && !OF_STEP.test(trait) && refused?.test(trait) !== true,
    );
    chosen = { ...chosen, [name]: selectTraits(left, allowed, shiftOf(name)) };
  }
  return chosen;
}

/** Corrections on the chosen traits; physics as it is where none were chosen. */
export function fitCorrections(
  residuals: readonly RowResidual[],
  chosen: ChosenTraits,
): Corrections {
  let corrections = withParts(residuals);
  for (const [name, quantities] of FITTED_ON) {
    const traits = chosen[name];
    if (traits === undefined || traits.length === 0) continue;
    const left = remaining(residuals, quantities, corrections);
    if (left.length < ROWS_MIN) continue;
    corrections = { ...corrections, [name]: fitLogLinear(left, traits) };
  }
  return corrections;
}

function withParts(residuals: readonly RowResidual[]): Corrections {
  const tokens = residuals.filter(({ name }) => name === "token");
  return tokens.length < ROWS_MIN ? UNCORRECTED : { ...UNCORRECTED, parts: fitParts(tokens) };
}

function remaining(
  residuals: readonly RowResidual[],
  quantities: readonly SpreadName[],
  corrections: Corrections,
): readonly RowResidual[] {
  return residuals
    .filter(
      ({ name, traits }) =>
        quantities.includes(name) && !(OF_BATCHES.has(name) && isHidden(traits)),
    )
    .map((residual) => corrected(residual, corrections));
}

/** A device that waits for its host's launches says nothing of its own time. */
function isHidden({ launching = 0 }: Traits): boolean {
  return launching > 0;
}

/** The residual once `corrections` are applied to its estimate. */
export function corrected<R extends { name: SpreadName; error: number; traits: Traits }>(
  residual: R,
  corrections: Corrections,
): R {
  const { name, traits, error } = residual;
  const time = name === "energy" ? timeOf(traits) : null;
  if (time !== null) {
    const spent = corrected({ name: time, traits, error }, corrections).error;
    return { ...residual, error: spent - shiftOf("power")(corrections.power, traits) };
  }
  const own = OWN[name];
  const step = OF_STEPS.has(name) ? partsShift(corrections.parts, traits) : 0;
  const shift = own === undefined ? 0 : shiftOf(own)(corrections[own], traits);
  return { ...residual, error: error - step - shift };
}
