/**
 * One candidate made to fit the demand: the most one replica can hold within the limits, the number
 * of replicas the demand then needs, and the estimate at the load they will really see.
 */
import { estimate, type Estimate, type Infeasible, type Load } from "../estimate/index.ts";
import type { Placement, System } from "../estimate/index.ts";
import { ladder, lastHolding, meanOccupancy } from "./concurrency.ts";
import { breach, confidenceOf, fleetBreach } from "./limits.ts";
import type { Binding, Breach, Plan, PlanRequest, Refusal } from "./types.ts";

export interface Candidate {
  readonly system: System;
  /** With one replica; sizing decides how many. */
  readonly placement: Placement;
}

/** The candidate as a plan that serves the request's demand, or why it cannot. */
export function size(request: PlanRequest, candidate: Candidate): Plan | Refusal {
  const single = at(request, candidate, 1, 1);
  if (single.kind === "infeasible") return { ...candidate, infeasible: single };
  const broken = breach(single, request.limits, request.confidence);
  if (broken !== null) return { ...candidate, infeasible: broken };
  const held = largest(request, candidate, single);
  const mean =
    request.demand.kind === "rate" ? meanOccupancy(held.max, request.percentile) : held.max;
  return spread(request, candidate, held, Math.max(mean, 1e-3));
}

/** The estimate with `concurrency` requests in flight on each of `replicas`. */
function at(
  request: PlanRequest,
  { system, placement }: Candidate,
  concurrency: number,
  replicas: number,
): Estimate | Infeasible {
  const { input, output, cached } = request.workload;
  const load: Load = { input, output, cached, concurrency };
  return estimate({ model: request.model, system, placement: { ...placement, replicas }, load });
}

interface Held {
  readonly max: number;
  readonly binding: Binding;
}

/** The most requests in flight on one replica that keep the limits, and what forbids one more. */
function largest(request: PlanRequest, candidate: Candidate, single: Estimate): Held {
  const room = roomFor(request, candidate, single);
  const rungs = ladder(room.max);
  const holds = (rung: number): Breach | null => {
    const answer = at(request, candidate, rung, 1);
    if (answer.kind === "infeasible") return null;
    return breach(answer, request.limits, request.confidence);
  };
  const max = lastHolding(rungs, (rung) => holds(rung) === null) ?? 1;
  const next = rungs.find((rung) => rung > max);
  const broken = next === undefined ? null : holds(next);
  return { max, binding: broken?.limit ?? room.binding };
}

/** Requests for which there is room without queueing: KV cache or the scheduler's own limit. */
function roomFor(request: PlanRequest, { placement }: Candidate, single: Estimate): Held {
  const { input, output } = request.workload;
  const tokens = input.mean + output.mean / 2;
  const cache = Math.max(1, Math.floor(single.memory.tokensMax / tokens));
  const sequences = placement.engine.sequencesMax * placement.parallel.data;
  return cache < sequences
    ? { max: cache, binding: "cache" }
    : { max: sequences, binding: "sequences" };
}

/** The plan once the demand is spread over enough replicas, each holding at most `mean` on average. */
function spread(
  request: PlanRequest,
  candidate: Candidate,
  held: Held,
  mean: number,
): Plan | Refusal {
  const full = at(request, candidate, mean, 1);
  if (full.kind === "infeasible") return { ...candidate, infeasible: full };
  const { replicas, concurrency } = share(request, candidate, full, mean);
  const answer = at(request, candidate, concurrency, replicas);
  if (answer.kind === "infeasible") return { ...candidate, infeasible: answer };
  const placement = { ...candidate.placement, replicas };
  const peak = at(request, candidate, held.max, 1);
  const plan: Plan = {
    system: candidate.system,
    placement,
    estimate: answer,
    concurrency: { mean: concurrency, max: held.max },
    binding: replicas === 1 && concurrency < mean / 2 ? "demand" : held.binding,
    confidence: peak.kind === "estimate" ? confidenceOf(peak, request.limits) : 0,
  };
  const broken = fleetBreach(plan, request.limits);
  return broken === null ? plan : { system: candidate.system, placement, infeasible: broken };
}

/** Replicas for the demand, and the mean number in flight each then has. */
function share(
  { demand, ...request }: PlanRequest,
  candidate: Candidate,
  full: Estimate,
  mean: number,
): { readonly replicas: number; readonly concurrency: number } {
  if (demand.kind === "saturate") return { replicas: 1, concurrency: mean };
  if (demand.kind === "users") {
    const replicas = Math.ceil(demand.users / mean);
    return { replicas, concurrency: demand.users / replicas };
  }
  const replicas = Math.max(1, Math.ceil(demand.rate / full.requestRate.p50));
  const rate = demand.rate / replicas;
  return { replicas, concurrency: inFlight({ ...request, demand }, candidate, rate, mean) };
}

/** Rounds of Little's law; latency is flat in the load below saturation, so two already agree to 1 %. */
const LITTLE_ROUNDS = 3;

/** Mean number in flight at `rate` requests a second on one replica: the fixed point of L = λ·W(L). */
function inFlight(request: PlanRequest, candidate: Candidate, rate: number, mean: number): number {
  let concurrency = mean;
  for (let round = 0; round < LITTLE_ROUNDS; round++) {
    const answer = at(request, candidate, concurrency, 1);
    if (answer.kind === "infeasible") return concurrency;
    concurrency = Math.min(mean, rate * answer.latency.p50);
  }
  return concurrency;
}
