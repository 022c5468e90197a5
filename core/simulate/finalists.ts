/**
 * The best plans under traffic: what a search by formulas proposes, a simulation checks.
 *
 * A formula knows the mean request at the mean load; a limit is kept or missed by the requests of a busy moment. Plans
 * are simulated in their order until enough of them keep their limits or enough were tried, all on the same draws, so
 * that two plans differ by what they are. One that misses is given a few more replicas; one that still misses stays in
 * the list, behind all others: who asks sees what was cheaper and why it fell.
 */
import { prepare } from "../estimate/index.ts";
import { quantile } from "../interval.ts";
import { type Plan, type PlanAnswer, type PlanRequest, rank, withReplicas } from "../plan/index.ts";
import type { Fraction } from "../units.ts";
import { inPart, resized, sustains } from "./capacity.ts";
import { fleetOf } from "./placement.ts";
import { type Fleet, simulate } from "./simulate.ts";
import { lengthLaw } from "./traffic.ts";
import type { Metrics, Traffic } from "./types.ts";
import { scaledFleet } from "./uncertainty.ts";

/** What a simulation says of a plan. */
export interface Check {
  readonly metrics: Metrics;
  /** The share of requests that was asked for kept the limits, and no queue grew without end. */
  readonly holds: boolean;
  /** Replicas beyond those that the formulas asked for. */
  readonly added: number;
}

export interface Finalists {
  /** Those that miss come last; the order is as it was where none of those tried holds. */
  readonly answer: PlanAnswer;
  /** Of the plans that were tried. */
  readonly checks: ReadonlyMap<Plan, Check>;
}

/** Plans that hold, after which no more are tried, and plans tried at most. */
export const FINALISTS = { holding: 5, tried: 8 };

/** Simulates the first plans of an answer, adds replicas where they help, and puts those that miss last. */
export function finalists(
  request: PlanRequest,
  answer: PlanAnswer,
  {
    holding,
    tried,
    seed,
  }: { readonly holding: number; readonly tried: number; readonly seed: number },
): Finalists {
  const checks = new Map<Plan, Check>();
  const plans: Plan[] = [];
  let held = 0;
  for (const plan of answer.plans) {
    const isTried = held < holding && checks.size < tried;
    const found = isTried ? checked(request, plan, seed) : null;
    plans.push(found?.plan ?? plan);
    if (found === null) continue;
    checks.set(found.plan, found.check);
    held += found.check.holds ? 1 : 0;
  }
  if (held === 0) return { answer, checks };
  const misses = (plan: Plan) => checks.get(plan)?.holds === false;
  const others = plans.filter((plan) => !misses(plan));
  const kept = request.front === undefined ? rank(others, request.objective) : others;
  return { answer: { ...answer, plans: [...kept, ...plans.filter(misses)] }, checks };
}

interface Checked {
  readonly plan: Plan;
  readonly check: Check;
}

/** Tries with more replicas, and the share of them that each try adds. */
const MORE = { tries: 2, share: 0.1 };

/** The plan under the traffic it was made for, or with so many more replicas that it holds; null where it cannot run. */
function checked(request: PlanRequest, plan: Plan, seed: number): Checked | null {
  const { model, coefficients } = request;
  const { system, placement } = plan;
  const prepared = prepare({ model, system, placement }, coefficients);
  if ("reason" in prepared) return null;
  const fleet = fleetOf(prepared);
  if ("reason" in fleet) return null;
  const first = { plan, check: under(request, { plan, fleet, added: 0, seed }) };
  for (let round = 1; round <= MORE.tries && !first.check.holds; round += 1) {
    const added = round * Math.ceil(MORE.share * placement.replicas);
    const wider = withReplicas(request, plan, placement.replicas + added);
    if (wider === null) break;
    const check = under(request, { plan: wider, fleet, added, seed });
    if (check.holds) return { plan: wider, check };
  }
  return first;
}

interface Run {
  readonly plan: Plan;
  /** Of the plan before replicas were added. */
  readonly fleet: Fleet;
  readonly added: number;
  readonly seed: number;
}

/** As slow as the plan is at the confidence asked for. */
function under(request: PlanRequest, { plan, fleet, added, seed }: Run): Check {
  const { confidence, percentile, limits } = request;
  const { replicas } = plan.placement;
  const { tpot: step } = plan.estimate;
  const slowness = quantile(step, confidence) / step.p50;
  const metrics = inPart(replicas, replicasShown(request, plan), (shown, share) =>
    simulate({
      ...resized(scaledFleet(fleet, slowness), share),
      lanes: (fleet.lanes / (replicas - added)) * shown,
      limits,
      traffic: trafficOf(request, plan, share),
      seed,
    }),
  );
  return { metrics, holds: sustains(metrics, shareOf(percentile, request)), added };
}

/** The share of requests that must keep the limits; any where there are none. */
function shareOf(percentile: Fraction, { limits }: PlanRequest): Fraction {
  const { ttft, tpot, latency } = limits;
  return ttft === undefined && tpot === undefined && latency === undefined ? 0 : percentile;
}

/** Requests a place in flight, and in all: enough for a p99, not more than the search has time for. */
const REQUESTS = { each: 12, least: 1000, most: 6000 };

/** As many replicas as there is time to see full, and whole ones for prompts: the others do what these do. */
function replicasShown(request: PlanRequest, plan: Plan): number {
  const { replicas, prefill } = plan.placement;
  const each = requestsInFlight(request, plan) / replicas;
  const most = Math.max(1, Math.floor(REQUESTS.most / REQUESTS.each / each));
  if (prefill === undefined) return most;
  const prompting = Math.max(1, Math.floor((most * prefill.replicas) / replicas));
  return Math.max(1, Math.round((prompting * replicas) / prefill.replicas));
}

function requestsInFlight({ demand }: PlanRequest, { concurrency, placement }: Plan): number {
  if (demand.kind === "users") return demand.users;
  return placement.replicas * (demand.kind === "rate" ? concurrency.mean : concurrency.max);
}

/** Of `share` of the demand. */
function trafficOf(request: PlanRequest, plan: Plan, share: Fraction): Traffic {
  const { workload, demand } = request;
  const { input, output, cached } = workload;
  const inFlight = share * requestsInFlight(request, plan);
  const requests = Math.round(
    Math.max(REQUESTS.least, Math.min(REQUESTS.most, REQUESTS.each * inFlight)),
  );
  return {
    arrivals:
      demand.kind === "rate"
        ? { kind: "poisson", rate: share * demand.rate }
        : { kind: "closed", users: Math.max(1, Math.round(inFlight)), think: 0 },
    input: lengthLaw(input),
    output: lengthLaw(output),
    cached,
    requests,
    warmup: Math.min(requests / 4, Math.ceil(inFlight)),
  };
}
