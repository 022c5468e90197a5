/**
 * The least that must give where nothing keeps every limit: of a refused candidate, limit after limit
 * at what it would have to be until the rest hold too. Less patience takes more devices, so a limit is
 * also tried at a little more than the candidate needs alone; the smallest product of ratios wins.
 */
import { stockOf } from "./_fleet.ts";
import { nearestBreaches } from "./refusals.ts";
import { size } from "./sizing.ts";
import type { Breach, LimitName, Limits, Plan, PlanRequest, Refusal, Relaxed } from "./types.ts";

/** Refusals looked at, those with the smallest ratio first. */
const TRIED = 8;

/** The first limit relaxed, over what one request at a time reaches. */
const SLACK: readonly number[] = [1, 1.5, 2, 4];

export function relaxed(request: PlanRequest, refusals: readonly Refusal[]): Relaxed | null {
  const found = nearestBreaches(refusals)
    .slice(0, TRIED)
    .flatMap((refusal) => SLACK.flatMap((slack) => given(request, refusal, slack) ?? []));
  const [first, ...rest] = found;
  if (first === undefined) return null;
  return rest.reduce((best, each) => (missed(each) < missed(best) ? each : best), first);
}

function missed({ breaches }: Relaxed): number {
  return breaches.reduce((product, { reached, allowed }) => product * (reached / allowed), 1);
}

/** Null where the candidate cannot serve the demand at any limits. */
function given(request: PlanRequest, refusal: Refusal, slack: number): Relaxed | null {
  const { system, placement } = refusal;
  const hosts = request.sites.find((site) => site.hosts.some((host) => host === system))?.hosts;
  const single = { ...placement, replicas: 1, ...pools(placement) };
  const breaches = new Map<LimitName, Breach>();
  let asked = request;
  let answer: Plan | Refusal = refusal;
  let room = slack;
  while ("infeasible" in answer) {
    const { infeasible } = answer;
    if (infeasible.kind === "infeasible" || breaches.has(infeasible.limit)) return null;
    const reached = room * infeasible.reached;
    breaches.set(infeasible.limit, { ...infeasible, reached });
    asked = loosened(asked, infeasible.limit, reached, refusal);
    room = 1;
    answer = size(asked, { hosts: hosts ?? [system], placement: single });
  }
  return { breaches: [...breaches.values()], plan: answer };
}

function pools({ prefill }: Refusal["placement"]): Partial<Refusal["placement"]> {
  return prefill === undefined ? {} : { prefill: { ...prefill, replicas: 1 } };
}

function loosened(
  request: PlanRequest,
  limit: LimitName,
  allowed: number,
  { system }: Refusal,
): PlanRequest {
  const limits: Limits = { ...request.limits, [limit]: allowed };
  if (limit !== "devices" || stockOf(request, system) === Infinity) return { ...request, limits };
  return { ...request, limits, stock: { ...request.stock, [system.device.id]: allowed } };
}
