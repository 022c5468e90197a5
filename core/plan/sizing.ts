/**
 * One candidate made to fit the demand: the most one replica can hold within the limits, the number
 * of replicas the demand then needs, and the estimate at the load they will really see.
 */
import {
  estimateLoad,
  type Estimate,
  type Infeasible,
  type Load,
  type Placement,
  prepare,
  type Prepared,
  type System,
} from "../estimate/index.ts";
import { assert } from "../assert.ts";
import { deviceCount } from "../operators/index.ts";
import { ladder, lastHolding, meanOccupancy } from "./concurrency.ts";
import { breach, confidenceOf, fleetBreach } from "./limits.ts";
import type { Binding, Demand, Plan, PlanRequest, Refusal, Workload } from "./types.ts";

export interface Candidate {
  /** Hosts of one device it may run in, the largest first. */
  readonly hosts: readonly System[];
  /** With one replica; sizing decides how many. */
  readonly placement: Placement;
}

/** The candidate as a plan that serves the request's demand, or why it cannot. */
export function size(request: PlanRequest, candidate: Candidate): Plan | Refusal {
  const { placement, hosts } = candidate;
  const [system] = hosts;
  assert(system !== undefined, "a candidate has a host");
  if (request.limits.costPerHour !== undefined && !hosts.some(isPriced)) {
    return { system, placement, infeasible: UNPRICED };
  }
  const prepared = prepare({ model: request.model, system, placement }, request.coefficients);
  if ("reason" in prepared) return { system, placement, infeasible: prepared };
  const single = estimateLoad(prepared, loadOf(request.workload, { concurrency: 1 }));
  if (single.kind === "infeasible") return { system, placement, infeasible: single };
  const broken = breach(single, request.limits, request.confidence);
  if (broken !== null) return { system, placement, infeasible: broken };
  const joint = Math.min(joined(prepared.placement), system.perHost);
  const joining = hosts.filter(({ perHost }) => perHost >= joint);
  return spread(request, { prepared, hosts: joining }, largest(request, prepared, single));
}

/** What is of unknown price may be beyond any budget. */
const UNPRICED: Infeasible = {
  kind: "infeasible",
  reason: "figures",
  message: "no price is known, so it cannot be said to keep a budget",
};

function isPriced({ offer, device }: System): boolean {
  return offer !== undefined || device.price !== undefined;
}

function loadOf(
  { input, output, cached }: Workload,
  stream: Pick<Load, "concurrency"> & Partial<Pick<Load, "rate">>,
): Load {
  return { input, output, cached, ...stream };
}

interface Held {
  /** Requests in flight on one replica. */
  readonly max: number;
  readonly binding: Binding;
  /** With that many in flight. */
  readonly full: Estimate;
}

/** The most requests in flight on one replica that keep the limits, and what forbids one more. */
function largest(request: PlanRequest, prepared: Prepared, single: Estimate): Held {
  const room = roomFor(request.workload, prepared, single);
  const rungs = ladder(room.max);
  const seen = new Map<number, Estimate | Infeasible>([[1, single]]);
  const at = (rung: number) => {
    const known = seen.get(rung);
    if (known !== undefined) return known;
    const answer = estimateLoad(prepared, loadOf(request.workload, { concurrency: rung }));
    seen.set(rung, answer);
    return answer;
  };
  const brokenAt = (rung: number): Binding | null => {
    const answer = at(rung);
    if (answer.kind === "infeasible") return "cache";
    return breach(answer, request.limits, request.confidence)?.limit ?? null;
  };
  const max = lastHolding(rungs, (rung) => brokenAt(rung) === null) ?? 1;
  const next = rungs[rungs.indexOf(max) + 1];
  const binding = (next === undefined ? null : brokenAt(next)) ?? room.binding;
  const full = at(max);
  return { max, binding, full: full.kind === "estimate" ? full : single };
}

/** Requests for which there is room without queueing: KV cache or the scheduler's own limit. */
function roomFor(
  { input, output }: Workload,
  { placement }: Prepared,
  { memory }: Estimate,
): { readonly max: number; readonly binding: Binding } {
  const cache = Math.max(1, Math.floor(memory.tokensMax / (input.mean + output.mean / 2)));
  const lanes = placement.parallel.data * placement.parallel.pipeline;
  const sequences = placement.engine.sequencesMax * lanes;
  return cache < sequences
    ? { max: cache, binding: "cache" }
    : { max: sequences, binding: "sequences" };
}

interface Ready {
  readonly prepared: Prepared;
  /** Those whose links hold the split together. */
  readonly hosts: readonly System[];
}

/** Rounds of a twentieth more replicas than throughput alone asks for, when the open stream needs them. */
const SPARE_ROUNDS_MAX = 4;
const SPARE_SHARE = 1 / 20;

/** The plan once the demand is spread over enough replicas, in the hosts that cost least. */
function spread(request: PlanRequest, ready: Ready, held: Held): Plan | Refusal {
  const shared = share(request, ready.prepared, held);
  let answer = fleet(request, ready, { ...held, ...shared });
  for (let round = 1; round <= SPARE_ROUNDS_MAX && isCrowded(answer, shared); round++) {
    const spare = round * Math.ceil(SPARE_SHARE * shared.replicas);
    answer = fleet(request, ready, { ...held, ...moreReplicas(shared, spare) });
  }
  return answer;
}

/** Load alone refused it, or more are in flight than were sized for, so another replica may help. */
function isCrowded(answer: Plan | Refusal, { load }: Shared): boolean {
  if ("estimate" in answer) return answer.concurrency.mean > CROWD_SLACK * load.concurrency;
  const { infeasible } = answer;
  if (infeasible.kind === "infeasible") return infeasible.reason === "rate";
  return (
    infeasible.limit === "ttft" || infeasible.limit === "tpot" || infeasible.limit === "latency"
  );
}

const CROWD_SLACK = 1.02;

/** The same stream over `spare` more replicas. */
function moreReplicas({ replicas, load }: Shared, spare: number): Shared {
  const more = replicas + spare;
  if (load.rate === undefined) return { replicas: more, load };
  return { replicas: more, load: { ...load, rate: (load.rate * replicas) / more } };
}

function fleet(
  request: PlanRequest,
  { prepared, hosts }: Ready,
  { replicas, load, max, binding, full }: Shared & Held,
): Plan | Refusal {
  const placement = { ...prepared.placement, replicas };
  const { system, answer } = cheapestHost(hosts, (host) =>
    estimateLoad({ ...prepared, system: host, placement }, load),
  );
  if (answer.kind === "infeasible") return { system, placement, infeasible: answer };
  const plan: Plan = {
    system,
    placement,
    estimate: answer,
    concurrency: { mean: answer.batch, max },
    binding: answer.batch < max / 4 ? "demand" : binding,
    confidence: confidenceOf(full, request.limits),
  };
  const broken =
    breach(answer, request.limits, request.confidence) ??
    fleetBreach(plan, request.limits, stockOf(request, system));
  return broken === null ? plan : { system, placement, infeasible: broken };
}

function stockOf({ stock }: PlanRequest, { device }: System): number {
  return stock?.[device.id] ?? Infinity;
}

interface Hosted {
  readonly system: System;
  readonly answer: Estimate | Infeasible;
}

/** The host in which the placement costs least an hour; the first where no price is known. */
function cheapestHost(
  hosts: readonly System[],
  at: (host: System) => Estimate | Infeasible,
): Hosted {
  const [first, ...rest] = hosts.map((system): Hosted => ({ system, answer: at(system) }));
  assert(first !== undefined, "a candidate has a host");
  return rest.reduce(
    (best, each) => (hourly(each.answer) < hourly(best.answer) ? each : best),
    first,
  );
}

/** Devices of one replica that talk at every layer, and so share a host. */
function joined({ parallel }: Placement): number {
  return parallel.tensor * parallel.data;
}

function hourly(answer: Estimate | Infeasible): number {
  return answer.kind === "estimate" ? (answer.costPerHour?.p50 ?? Infinity) : Infinity;
}

interface Shared {
  readonly replicas: number;
  /** Of one replica. */
  readonly load: Load;
}

/** Replicas for the demand, and what each of them then sees. */
function share(request: PlanRequest, prepared: Prepared, held: Held): Shared {
  const { workload, demand, percentile } = request;
  if (demand.kind === "rate") {
    const mean = meanOccupancy(held.max, percentile);
    const fluctuating = estimateLoad(prepared, loadOf(workload, { concurrency: mean }));
    const full = fluctuating.kind === "estimate" ? fluctuating : held.full;
    const replicas = Math.max(1, Math.ceil(demand.rate / full.requestRate.p50));
    const rate = demand.rate / replicas;
    return { replicas, load: loadOf(workload, { concurrency: mean, rate }) };
  }
  const replicas =
    demand.kind === "users" ? usersOver(demand, held.max) : filled(request, prepared);
  const concurrency = demand.kind === "users" ? demand.users / replicas : held.max;
  return { replicas, load: loadOf(workload, { concurrency }) };
}

function usersOver({ users }: Demand & { kind: "users" }, max: number): number {
  return Math.max(1, Math.ceil(users / max));
}

/** As many replicas as the stock has devices for; one where there is no end of them. */
function filled(request: PlanRequest, { system, placement }: Prepared): number {
  const stock = stockOf(request, system);
  if (stock === Infinity) return 1;
  return Math.max(1, Math.floor(stock / deviceCount(placement.parallel)));
}
