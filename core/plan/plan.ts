/**
 * The search: every site, every split that fits, every format and engine that runs there, each
 * sized to the demand, then ranked.
 *
 * Memory refuses most candidates before any time is computed, and replicas beyond the smallest
 * that fits are tried only as far as they can still help, so the cost is linear in the candidates.
 */
import { deviceCount } from "../operators/index.ts";
import type { System } from "../estimate/index.ts";
import type { Numerics, Precision } from "../precision.ts";
import { parameterCount } from "../model/index.ts";
import { bestPerDevice, rank } from "./rank.ts";
import { type Candidate, size } from "./sizing.ts";
import { replicaSizes, splits } from "./splits.ts";
import type { Plan, PlanAnswer, PlanRequest, Refusal, Site } from "./types.ts";

/** Largest replica tried: two hosts of eight, or what one scale-up domain holds. */
const REPLICA_DEVICES_MAX = 16;

/** Doublings tried beyond the smallest replica that holds the weights. */
const DOUBLINGS = 3;

/** Ranked plans for `request`, the best of each device, or why there is none. */
export function plan(request: PlanRequest): PlanAnswer {
  const answers = request.sites.flatMap((site) =>
    candidates(request, site).map((candidate) => size(request, candidate)),
  );
  const plans = answers.filter((answer) => isPlan(answer));
  const refusals = answers.filter((answer): answer is Refusal => !isPlan(answer));
  return {
    plans: bestPerDevice(rank(plans, request.objective)),
    tried: answers.length,
    refused: counts(refusals),
    nearest: plans.length > 0 ? null : nearest(refusals),
  };
}

function isPlan(answer: Plan | Refusal): answer is Plan {
  return "estimate" in answer;
}

/** Everything worth sizing on one site. */
export function candidates(request: PlanRequest, site: Site): readonly Candidate[] {
  const [largest] = site.hosts;
  if (largest === undefined) return [];
  const { device, perHost } = largest;
  const usable = request.numerics.filter((numerics) => runsOn(numerics, device.peak));
  return usable.flatMap((numerics) =>
    sizesThatFit(request, largest, numerics).flatMap((devices) =>
      splits(request.model, devices, perHost).flatMap((parallel) =>
        site.engines.map((engine) => ({
          hosts: site.hosts,
          placement: { parallel, replicas: 1, numerics, engine },
        })),
      ),
    ),
  );
}

/** Some matrix unit multiplies what the weights are multiplied in. */
function runsOn(
  { compute }: Numerics,
  peak: Readonly<Partial<Record<Precision, number>>>,
): boolean {
  return [compute.linear, compute.experts, compute.head, compute.attention].every(
    (precision) => peak[precision] !== undefined,
  );
}

/** Replica sizes from the first that can hold the weights at all; none where even the largest cannot. */
function sizesThatFit(
  request: PlanRequest,
  { device, perHost }: System,
  numerics: Numerics,
): readonly number[] {
  const capacity = device.memory?.capacity;
  if (capacity === undefined) return [];
  const most = Math.max(REPLICA_DEVICES_MAX, perHost);
  const bytes = (parameterCount(request.model).total * numerics.linear.bits) / 8;
  const sizes = replicaSizes(most);
  const first = sizes.findIndex((devices) => devices * capacity > bytes);
  return first < 0 ? sizes.slice(-1) : sizes.slice(first, first + DOUBLINGS + 1);
}

function counts(refusals: readonly Refusal[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const { infeasible } of refusals) {
    const reason = infeasible.kind === "breach" ? infeasible.limit : infeasible.reason;
    total[reason] = (total[reason] ?? 0) + 1;
  }
  return total;
}

/** The refusal whose limit or memory is missed by the smallest ratio; fewer devices break ties. */
function nearest(refusals: readonly Refusal[]): Refusal | null {
  const missed = refusals
    .map((refusal) => ({ refusal, ratio: missRatio(refusal) }))
    .filter(({ ratio }) => Number.isFinite(ratio))
    .toSorted(
      (a, b) =>
        a.ratio - b.ratio ||
        deviceCount(a.refusal.placement.parallel) - deviceCount(b.refusal.placement.parallel),
    );
  return missed[0]?.refusal ?? null;
}

function missRatio({ infeasible }: Refusal): number {
  if (infeasible.kind === "breach") return infeasible.reached / infeasible.allowed;
  const { needed, available } = infeasible;
  if (needed === undefined || available === undefined || available <= 0) return Infinity;
  return needed / available;
}
