/**
 * What published figures say of the physics: factors on its times, fitted on residuals.
 *
 * A step's factor depends on the placement alone and stands in the step cost, so whatever adds up
 * steps (a service, a plan, a simulation) sees it. First tokens, rates and whole batches have a factor
 * of their own, over what a step's leaves: queues and load generators are not in any step.
 *
 * Source: coefficients/corrections.json
 */
import table from "../../coefficients/corrections.json" with { type: "json" };
import { logLinear, NOTHING, type LogLinear, type Traits } from "./log-linear.ts";

/**
 * Steps of an engine; first tokens, tokens and rates of a service over its steps; batches; networks; training
 * steps of language models, and of networks.
 */
export const CORRECTED = [
  "step",
  "first",
  "token",
  "rate",
  "batch",
  "network",
  "training",
  "training-network",
] as const;
export type Corrected = (typeof CORRECTED)[number];

/** ln(true time / physics). */
export type Corrections = Readonly<Record<Corrected, LogLinear>>;

export const SHIPPED_CORRECTIONS: Corrections = table.corrections;

/** Physics as it is. */
export const UNCORRECTED: Corrections = {
  step: NOTHING,
  first: NOTHING,
  token: NOTHING,
  rate: NOTHING,
  batch: NOTHING,
  network: NOTHING,
  training: NOTHING,
  "training-network": NOTHING,
};

/** True time over that of physics. */
export function timeFactor(corrections: Corrections, name: Corrected, traits: Traits): number {
  return Math.exp(logLinear(corrections[name], traits));
}

/** A sentence for a person; none where physics stands as it is. */
export function correctionNotes(name: string, factor: number): readonly string[] {
  const percent = Math.round(100 * (factor - 1));
  if (percent === 0) return [];
  const sign = percent > 0 ? "+" : "";
  return [`${name}: physics ${sign}${percent} %, calibrated on residuals of published figures`];
}
