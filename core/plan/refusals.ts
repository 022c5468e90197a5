/** What the refused candidates say together: how many failed for what, and which came nearest. */
import { type Infeasible, placementDevices } from "../estimate/index.ts";
import type { Breach, Refusal } from "./types.ts";

/** A candidate of any kind of plan that was refused. */
interface Refused {
  readonly infeasible: Infeasible | Breach<string>;
}

/** Candidates by the reason or limit that refused them. */
export function counts(refusals: readonly Refused[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const { infeasible } of refusals) {
    const reason = infeasible.kind === "breach" ? infeasible.limit : infeasible.reason;
    total[reason] = (total[reason] ?? 0) + 1;
  }
  return total;
}

/**
 * The refusal whose limit is missed by the smallest ratio; fewer devices break ties. What runs and breaks
 * a limit comes before what does not run at all: of the latter nobody knows whether it would keep them.
 */
export function nearest(refusals: readonly Refusal[]): Refusal | null {
  return nearestBreaches(refusals)[0] ?? leastMissed(refusals)[0] ?? null;
}

/** What runs and breaks a limit, the smallest ratio first. */
export function nearestBreaches(refusals: readonly Refusal[]): readonly Refusal[] {
  return leastMissed(refusals.filter(({ infeasible }) => infeasible.kind === "breach"));
}

function leastMissed(refusals: readonly Refusal[]): readonly Refusal[] {
  return refusals
    .map((refusal) => ({ refusal, ratio: missRatio(refusal) }))
    .filter(({ ratio }) => Number.isFinite(ratio))
    .toSorted(
      (a, b) =>
        a.ratio - b.ratio ||
        placementDevices(a.refusal.placement) - placementDevices(b.refusal.placement),
    )
    .map(({ refusal }) => refusal);
}

/** By how many times a limit, or what there is of memory, is missed; endless where it is no figure. */
export function missRatio({ infeasible }: Refused): number {
  if (infeasible.kind === "breach") return infeasible.reached / infeasible.allowed;
  const { needed, available } = infeasible;
  if (needed === undefined || available === undefined || available <= 0) return Infinity;
  return needed / available;
}
