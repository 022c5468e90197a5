/**
 * The least that must give where nothing keeps every limit: of a refused candidate, limit after limit
 * at what it would have to be until the rest hold too. Less patience takes more devices, so a limit is
 * also tried at a little more than the candidate needs alone; the smallest product of ratios wins.
 */
import { nearestBreaches } from "./refusals.ts";
import { single, size } from "./sizing.ts";
import type { Breach, LimitName, Limits, Plan, PlanRequest, Refusal, Relaxed } from "./types.ts";

/** Refusals looked at, those with the smallest ratio first. */
const TRIED = 8;

/** The first limit relaxed, over what one request at a time reaches. */
const SLACK: readonly number[] = [1, 1.5, 2, 4];

export function relaxed(request: PlanRequest, refusals: readonly Refusal[]): Relaxed | null {
  const found = nearestBreaches(refusals)
    .slice(0, TRIED)
    .flatMap((refusal) => SLACK.flatMap((slack) => relaxedFrom(request, refusal, slack) ?? []));
  return found.toSorted((a, b) => missed(a) - missed(b))[0] ?? null;
}

function missed({ breaches }: Relaxed): number {
  return breaches.reduce((product, { reached, allowed }) => product * (reached / allowed), 1);
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
  let room = slack;
  while ("infeasible" in answer) {
    const { infeasible } = answer;
    if (infeasible.kind === "infeasible" || breaches.has(infeasible.limit)) return null;
    const raised = { ...infeasible, reached: room * infeasible.reached };
    breaches.set(infeasible.limit, raised);
    asked = loosened(asked, raised, system.device.id);
    room = 1;
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
