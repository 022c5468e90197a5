/**
 * What published figures say of the physics: factors on its times, fitted on residuals.
 *
 * A step has a factor for each of its parts (experts, attention, exchanges, launches, the host, the rest): engines have kernels and
 * schedulers of their own. They depend on the placement alone and stand in the step cost, so whatever adds up steps (a service, a plan, a
 * simulation) sees them. First tokens, rates and whole batches have a factor of their own, over what a step's leaves: queues and load
 * generators are not in any step. A device with figures of its own has terms beside what all share.
 *
 * Source: coefficients/corrections.json
 */
import table from "../../coefficients/corrections.json" with { type: "json" };
import { logLinear, NOTHING, type LogLinear, type Traits } from "./log-linear.ts";

/**
 * First tokens, tokens and rates of a service over its steps; batches; networks; power of a device; training steps
 * of language models, and of networks.
 */
export const CORRECTED = [
  "first",
  "token",
  "rate",
  "batch",
  "network",
  "power",
  "training",
  "training-network",
] as const;
export type Corrected = (typeof CORRECTED)[number];

/** Parts of a step; launches are of any kernel but an exchange, and the rest is what has no name. */
export const PARTS = ["experts", "attention", "exchange", "launch", "host", "rest"] as const;
export type Part = (typeof PARTS)[number];

/** ln(true time / physics); of power, ln(true power / physics). */
export type Corrections = Readonly<Record<Corrected, LogLinear>> & {
  /** `whole` is of all parts alike. */
  readonly parts: Readonly<Record<Part | "whole", LogLinear>>;
};

export const SHIPPED_CORRECTIONS: Corrections = table.corrections;

function none<Name extends string>(names: readonly Name[]): Readonly<Record<Name, LogLinear>> {
  return Object.fromEntries(names.map((name) => [name, NOTHING])) as Record<Name, LogLinear>;
}

/** Physics as it is. */
export const UNCORRECTED: Corrections = { ...none(CORRECTED), parts: none([...PARTS, "whole"]) };

/** What is true over what physics says of it, a time or power, on the device of this id. */
export function correctionFactor(
  corrections: Corrections,
  name: Corrected,
  traits: Traits,
  device: string,
): number {
  return Math.exp(shiftOf(name)(corrections[name], traits, device));
}

/** What a correction adds to the logarithm, within what bounds the quantity. */
export function shiftOf(name: Corrected): typeof logLinear {
  if (name === "power") return powerShift;
  return name === "batch" || name === "network" ? batchShift : logLinear;
}

/**
 * ln of the true time of a batch over the time of physics.
 *
 * Physics takes the longer of two times: what the device computes, and what its host takes to launch (`launching` is ln of host
 * over device). The correction is of the device's time alone, so it counts only as far as the device stays the longer one.
 */
export function batchShift(correction: LogLinear, traits: Traits, device?: string): number {
  const { launching = -Infinity } = traits;
  return Math.max(logLinear(correction, traits, device), launching) - Math.max(0, launching);
}

/**
 * ln of a device's true power over that of physics. The correction is of what would be drawn without a limit; true power and
 * that of physics both stop at the limit, which `headroom` (ln of limit over unlimited draw) tells.
 */
function powerShift(correction: LogLinear, traits: Traits, device?: string): number {
  const { headroom = Infinity } = traits;
  return Math.min(logLinear(correction, traits, device), headroom) - Math.min(0, headroom);
}

/** True times of a step's parts over those of physics; 1 of experts where a model has none. */
export type PartFactors = Readonly<Record<Part, number>>;

export function partFactors({ parts }: Corrections, traits: Traits): PartFactors {
  const whole = logLinear(parts.whole, traits);
  const factors = PARTS.map((part) => {
    const isThere = part !== "experts" || traits["experts"] === 1;
    return [part, isThere ? Math.exp(logLinear(parts[part], traits) + whole) : 1] as const;
  });
  return Object.fromEntries(factors) as Record<Part, number>;
}

/** A sentence on each part that is corrected by more than a twentieth. */
export function partNotes(factors: PartFactors): readonly string[] {
  return PARTS.filter((part) => Math.abs(factors[part] - 1) > NOTED).flatMap((part) =>
    correctionNotes(`time of a step, ${PART_NAMES[part]}`, factors[part]),
  );
}

const NOTED = 0.05;
const PART_NAMES: Readonly<Record<Part, string>> = {
  experts: "experts",
  attention: "attention",
  exchange: "exchanges",
  launch: "launches",
  host: "the host",
  rest: "the rest",
};

/** A sentence for a person; none where physics stands as it is. */
export function correctionNotes(name: string, factor: number): readonly string[] {
  const percent = Math.round(100 * (factor - 1));
  if (percent === 0) return [];
  const sign = percent > 0 ? "+" : "";
  return [`${name}: physics ${sign}${percent} %, calibrated on residuals of published figures`];
}
