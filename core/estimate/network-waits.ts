/**
 * What of a training step waits for the network between hosts, and what of that for its congestion.
 *
 * The step is timed again on a network that carries anything, and on one whose tiers all carry what hosts send; what is missing
 * then was waited for. Latency stays in all three. By physics alone: corrections know the step as it is.
 *
 * Source: difference of three steps of training.ts
 */
import type { System } from "../catalogue/index.ts";
import type { Fraction } from "../units.ts";
import { type Coefficients, SHIPPED } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";
import { trainingStep } from "./training.ts";
import { stepTime } from "./training-traits.ts";
import type { NetworkWaits, TrainingQuery } from "./training-types.ts";
import { trainedDevices } from "./training-work.ts";

const NONE: NetworkWaits = { network: 0, congestion: 0 };

export function networkWaits(
  query: TrainingQuery,
  coefficients: Coefficients = SHIPPED,
): NetworkWaits {
  const { system, split } = query;
  if (trainedDevices(split) <= system.perHost) return NONE;
  const physics = { ...coefficients, corrections: UNCORRECTED };
  const timed = (on: System) => {
    const answer = trainingStep({ ...query, system: on }, physics);
    return answer.kind === "infeasible" ? null : stepTime(answer.parts);
  };
  const { fabric: tiers, ...even } = system;
  const whole = timed(system);
  const free = timed({ ...even, network: Infinity });
  const smooth = tiers === undefined ? whole : timed(even);
  if (whole === null || free === null || smooth === null) return NONE;
  const share = (time: number): Fraction => Math.max(0, (whole - time) / whole);
  return { network: share(free), congestion: share(smooth) };
}
