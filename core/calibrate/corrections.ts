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
import { LEVEL } from "./device-terms.ts";
import { fitLogLinear, OWN } from "./fit-log-linear.ts";
import { OF_PHYSICS } from "./residuals.ts";
import { selectTraits } from "./select-traits.ts";
import type { IntervalResidual } from "./intervals.ts";
import { fitParts, partsShift } from "./parts.ts";

/** A row's residual before any correction. */
export type RowResidual = IntervalResidual;

/** The correction of its own that each quantity has. */
const OF_QUANTITY: Readonly<Partial<Record<SpreadName, Corrected>>> = {
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
  return "decoding" in traits ? "batch" : "rate";
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

/** Traits of a load, beside those of what it is put on. */
const OF_LOAD = /^(concurrency|queued|input|output|spread|devices|decoding)$/;

/**
 * Which traits a correction may look at. A time a token: the load alone, since steps have the rest in their parts, and
 * simulations have no more than steps. Power: no load, since simulations ask it of a placement. Rates: no lengths, engines,
 * devices or formats, which the times they are made of have; a rate that looked at them parted from these by a third.
 */
const MAY: Readonly<Partial<Record<Corrected, (trait: string) => boolean>>> = {
  token: (trait) => OF_LOAD.test(trait),
  power: (trait) => !OF_LOAD.test(trait),
  rate: (trait) => !/^(engine|kind|computes|experts)\b|^(input|output|cool|hidden)$/.test(trait),
};

/** Quantities that a device may have terms of its own in: those of services are sums of steps, whose laws are by device. */
const OWN_TERMS: ReadonlySet<Corrected> = new Set([
  "batch",
  "network",
  "power",
  "training",
  "training-network",
]);
const OWN_TRAITS = [
  LEVEL,
  "concurrency",
  "reading",
  "decoding",
  "bits",
  "input",
  "network",
  "work",
  "streaming",
  "depthwise",
  "engine static",
  "share launch",
  "grouped",
  "adapters",
];

/** What the parts of a step look at: shares of a service change with the corrections, so nothing that all devices share may. */
const OF_STEP = /share |^\S+ experts /;

export type ChosenTraits = Readonly<Partial<Record<Corrected, readonly string[]>>>;

/** Rows below which physics stands as it is. */
const ROWS_MIN = 60;

/** The traits that each correction is better for, by whole groups and devices left out; those that ship unless beaten. */
export function chooseTraits(
  residuals: readonly RowResidual[],
  shipped: ChosenTraits = {},
): ChosenTraits {
  let chosen: ChosenTraits = {};
  for (const [name, quantities] of FITTED_ON) {
    const left = remaining(residuals, quantities, fitCorrections(residuals, chosen));
    if (left.length < ROWS_MIN) continue;
    const names = [...new Set(left.flatMap(({ traits }) => Object.keys(traits)))].toSorted();
    const may = MAY[name] ?? (() => true);
    const allowed = names.filter(
      (trait) => !OF_PHYSICS.has(trait) && !OF_STEP.test(trait) && may(trait),
    );
    const own = OWN_TERMS.has(name) ? OWN_TRAITS.filter(may).map((trait) => OWN + trait) : [];
    const candidates = { shared: allowed, own };
    chosen = { ...chosen, [name]: selectTraits(left, candidates, shiftOf(name), shipped[name]) };
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

/**
 * The residual of an energy or a power once its time is corrected: operations and bytes cost what they do, and what a device
 * draws all the time is drawn for longer; less of its limit is used.
 */
function slower<R extends CorrectedResidual>(residual: R, corrections: Corrections): R {
  const { name, traits, error, device } = residual;
  const { headroom = Infinity, steady = 1 } = traits;
  const timed = { name: timeOf(traits), traits, error: 0, device };
  const longer = -corrected(timed, corrections).error;
  const joules = Math.log(steady * Math.exp(longer) + 1 - steady);
  const room = headroom + longer - joules;
  const drawn = joules - longer + Math.min(0, room) - Math.min(0, headroom);
  const left = error - drawn - (name === "energy" ? longer : 0);
  return { ...residual, error: left, traits: { ...traits, headroom: room } };
}

type CorrectedResidual = Pick<RowResidual, "name" | "error" | "traits" | "device">;

/** The residual once `corrections` are applied to its estimate. */
export function corrected<R extends CorrectedResidual>(residual: R, corrections: Corrections): R {
  const { name, error, device } = residual;
  if (name === "energy" || name === "power") {
    const slowed = slower(residual, corrections);
    const shift = shiftOf("power")(corrections.power, slowed.traits, device);
    return { ...slowed, error: slowed.error - shift };
  }
  const { traits } = residual;
  const own = OF_QUANTITY[name];
  const step = OF_STEPS.has(name) ? partsShift(corrections.parts, traits) : 0;
  const shift = own === undefined ? 0 : shiftOf(own)(corrections[own], traits, device);
  return { ...residual, error: error - step - shift };
}
