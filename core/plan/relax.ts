/**
 * The least that must give where nothing keeps every limit: of a refused candidate, limit after limit
 * at what it would have to be until the rest hold too. Less patience takes more devices, so a limit is
 * also tried at a little more than the candidate needs alone; the smallest product of ratios and devices wins.
 */
import { placementDevices } from "../estimate/index.ts";
import { PER_REQUEST } from "./limits.ts";
import { nearestBreaches } from "./refusals.ts";
import { single, size } from "./sizing.ts";
import type { Breach, LimitName, Limits, Plan, PlanRequest, Refusal, Relaxed } from "./types.ts";

/** Refusals looked at, those with the smallest ratio first. */
const TRIED = 8;

/** A limit on a request relaxed, over what one at a time reaches. */
const SLACK: readonly number[] = [1, 1.5, 2, 4];

/** A limit that held alone may break again under the load that others let in: by this much more then. */
const AGAIN = 1.1;
const ROUNDS_MAX = 8;

export function relaxed(request: PlanRequest, refusals: readonly Refusal[]): Relaxed | null {
  const found = nearestBreaches(refusals)
    .slice(0, TRIED)
    .flatMap((refusal) => SLACK.flatMap((slack) => relaxedFrom(request, refusal, slack) ?? []));
  return found.toSorted((a, b) => missed(a) - missed(b))[0] ?? null;
}

/** Twice a limit weighs as much as twice the devices, which patience would save. */
function missed({ breaches, plan }: Relaxed): number {
  const devices = placementDevices(plan.placement);
  return breaches.reduce((product, { reached, allowed }) => product * (reached / allowed), devices);
}

/** Null where the candidate cannot serve the demand at any limits. */
function relaxedFrom(request: PlanRequest, refusal: Refusal, slack: number): Relaxed | null {
  const { system, placement } = refusal;
  const candidate = {
    hosts: request.sites.find(({ hosts }) => hosts.includes(system))?.hosts ?? [system],
    placement: single(placement),
  };
  const breaches = new Map<LimitName, Breach>();
  let asked = request;
  let answer: Plan | Refusal = refusal;
  for (let round = 0; "infeasible" in answer; round++) {
    const { infeasible } = answer;
    if (infeasible.kind === "infeasible" || round === ROUNDS_MAX) return null;
    const before = breaches.get(infeasible.limit);
    const first = PER_REQUEST.includes(infeasible.limit) ? slack : 1;
    const room = before === undefined ? first : AGAIN;
    const { allowed } = before ?? infeasible;
    const raised = { ...infeasible, allowed, reached: room * infeasible.reached };
    breaches.set(infeasible.limit, raised);
    asked = loosened(asked, raised, system.device.id);
    answer = size(asked, candidate);
  }
  return { breaches: [...breaches.values()], plan: answer };
}

/** Of devices that are owned, as many more. */
function loosened(request: PlanRequest, { limit, reached }: Breach, owned: string): PlanRequest {
  const limits: Limits = { ...request.limits, [limit]: reached };
  if (limit !== "devices" || request.stock?.[owned] === undefined) return { ...request, limits };
  return { ...request, limits, stock: { ...request.stock, [owned]: reached } };
}
