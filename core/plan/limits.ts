/** Limits against estimates: which one is broken, by how much, and how surely the rest hold. */
import { type Estimate, placementDevices } from "../estimate/index.ts";
import { type Interval, probabilityBelow, quantile } from "../interval.ts";
import type { Breach, LimitName, Limits, Plan } from "./types.ts";

/** Limits on one request, which load alone can break; the others depend on how many replicas there are. */
export const PER_REQUEST: readonly LimitName[] = ["ttft", "tpot", "latency"];

/** The per-request limit that is exceeded by the largest ratio, taken at `confidence`; null when all hold. */
export function breach(estimate: Estimate, limits: Limits, confidence: number): Breach | null {
  let worst: Breach | null = null;
  for (const limit of PER_REQUEST) {
    const allowed = limits[limit];
    if (allowed === undefined) continue;
    const reached = quantile(quantity(estimate, limit), confidence);
    if (reached <= allowed) continue;
    if (worst === null || reached / allowed > worst.reached / worst.allowed) {
      worst = { kind: "breach", limit, allowed, reached };
    }
  }
  return worst;
}

/** Probability that all per-request limits hold: the least of each, since one device factor moves them together. */
export function confidenceOf(estimate: Estimate, limits: Limits): number {
  let least = 1;
  for (const limit of PER_REQUEST) {
    const allowed = limits[limit];
    if (allowed !== undefined)
      least = Math.min(least, probabilityBelow(quantity(estimate, limit), allowed));
  }
  return least;
}

function quantity(estimate: Estimate, limit: LimitName): Interval {
  if (limit === "ttft") return estimate.ttft;
  return limit === "tpot" ? estimate.tpot : estimate.latency;
}

/** The first limit on the whole fleet that is exceeded: money, power, devices, of which `stock` are there. */
export function fleetBreach(
  {
    placement,
    estimate,
  }: Pick<Plan, "placement"> & { readonly estimate: Pick<Estimate, "costPerHour" | "power"> },
  { devices = Infinity, ...others }: Limits,
  stock: number,
): Breach | null {
  return firstBroken(
    ["costPerHour", "power", "devices"],
    { ...others, devices: Math.min(devices, stock) },
    {
      costPerHour: estimate.costPerHour?.p50 ?? 0,
      power: estimate.power.p50,
      devices: placementDevices(placement),
    },
  );
}

/** The first of the named limits that what was `reached` exceeds. */
export function firstBroken<Limit extends string>(
  names: readonly Limit[],
  limits: Readonly<Partial<Record<Limit, number>>>,
  reached: Readonly<Record<Limit, number>>,
): Breach<Limit> | null {
  for (const limit of names) {
    const allowed = limits[limit];
    if (allowed !== undefined && reached[limit] > allowed) {
      return { kind: "breach", limit, allowed, reached: reached[limit] };
    }
  }
  return null;
}
