/**
 * The search: every candidate of every site sized to the demand, then ranked.
 *
 * A candidate whose single replica already costs more than the best plan of its device cannot win,
 * and is passed over.
 */
import type { Offer } from "../catalogue/index.ts";
import { deviceCount } from "../operators/index.ts";
import type { Dollars } from "../units.ts";
import { candidates } from "./candidates.ts";
import { bestPerDevice, paretoFront, rank } from "./rank.ts";
import { counts, nearest } from "./refusals.ts";
import { type Candidate, size } from "./sizing.ts";
import type { Plan, PlanAnswer, PlanRequest, Refusal, Site } from "./types.ts";

/** Ranked plans for `request`: the best of each device, or the front of two objectives; or why there is none. */
export function plan(request: PlanRequest): PlanAnswer {
  return ranked(
    request,
    request.sites.flatMap((site) => planAt(request, site)),
  );
}

/** The candidates of one site, each a plan or a refusal: {@link plan} for who shows progress. */
export function planAt(request: PlanRequest, site: Site): readonly (Plan | Refusal)[] {
  const answers: (Plan | Refusal)[] = [];
  let best = Infinity;
  for (const candidate of candidates(request, site)) {
    if (isPruned(request) && costLeast(candidate) >= best) continue;
    const answer = size(request, candidate);
    answers.push(answer);
    if ("estimate" in answer) best = Math.min(best, answer.estimate.costPerHour?.p50 ?? Infinity);
  }
  return answers;
}

/** What {@link planAt} gave at any number of sites, ranked as the request asks. */
export function ranked(request: PlanRequest, answers: readonly (Plan | Refusal)[]): PlanAnswer {
  const plans = answers.filter((answer) => "estimate" in answer);
  const refusals = answers.filter((answer) => "infeasible" in answer);
  return {
    plans:
      request.front === undefined
        ? bestPerDevice(rank(plans, request.objective))
        : paretoFront(plans, request.front),
    tried: answers.length,
    refused: counts(refusals),
    nearest: plans.length > 0 ? null : nearest(refusals),
  };
}

/** Cost alone decides, and all plans give the same tokens for it. */
function isPruned({ objective, front, demand }: PlanRequest): boolean {
  return objective === "cost" && front === undefined && demand.kind === "rate";
}

/** An hour of the hosts that one replica fills, in the cheapest host; 0 where it is bought or unpriced. */
function costLeast({ hosts, placement }: Candidate): Dollars {
  const devices = deviceCount(placement.parallel);
  return hosts.reduce((least, { offer }) => Math.min(least, hourly(offer, devices)), Infinity);
}

function hourly(offer: Offer | undefined, devices: number): Dollars {
  if (offer?.dollarsPerHour === undefined) return 0;
  return Math.ceil(devices / offer.count) * offer.dollarsPerHour;
}
