/** Orders of plans: one objective, or the front on which no plan is worse in two of them. */
import { type Estimate, placementDevices } from "../estimate/index.ts";
import type { Objective, Plan } from "./types.ts";

/**
 * What an objective makes small: dollars an output token, seconds a request, negated output rate a device, joules or grams a
 * token, devices. Infinity where the figure is unknown, so that an unpriced device ranks last and is never hidden.
 */
export function score(plan: Plan, objective: Objective): number {
  const { estimate } = plan;
  const devices = placementDevices(plan.placement);
  const scores: Readonly<Record<Objective, (e: Estimate) => number>> = {
    cost: (e) => e.costPerToken?.p50 ?? Infinity,
    latency: (e) => e.latency.p50,
    throughput: (e) => -e.outputRate.p50 / devices,
    energy: (e) => e.energyPerToken.p50,
    carbon: (e) => e.carbonPerToken?.p50 ?? Infinity,
    devices: () => devices,
  };
  return scores[objective](estimate);
}

/** Plans in order of the objective; ties go to fewer devices, then to the device's id. */
export function rank(plans: readonly Plan[], objective: Objective): readonly Plan[] {
  return plans.toSorted(
    (a, b) =>
      compare(score(a, objective), score(b, objective)) ||
      compare(score(a, "devices"), score(b, "devices")) ||
      compare(a.system.device.id, b.system.device.id),
  );
}

/** The best plan of each device, in order: a list a person can choose from. */
export function bestPerDevice<P extends Pick<Plan, "system">>(ranked: readonly P[]): readonly P[] {
  const seen = new Set<string>();
  return ranked.filter(({ system }) => {
    if (seen.has(system.device.id)) return false;
    seen.add(system.device.id);
    return true;
  });
}

/** Plans that no other beats in one of the two objectives without losing in the other, by the first; ties as they come. */
export function paretoFront<P>(
  plans: readonly P[],
  [first, second]: readonly [Objective, Objective],
  scored: (plan: P, objective: Objective) => number,
): readonly P[] {
  let best = Infinity;
  return plans
    .toSorted((a, b) => compare(scored(a, second), scored(b, second)))
    .toSorted((a, b) => compare(scored(a, first), scored(b, first)))
    .filter((plan) => {
      const reached = scored(plan, second);
      if (reached >= best) return false;
      best = reached;
      return true;
    });
}

/** Which of two comes first; equal ones, infinite too, are even. */
export function compare<T extends number | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
