/**
 * One candidate made to fit the demand: the most one replica can hold within the limits, the number
 * of replicas the demand then needs, and the estimate at the load they will really see.
 */
import { assert } from "../assert.ts";
import {
  estimateLoad,
  infeasible,
  type Load,
  type Placement,
  placementDevices,
  prepare,
  type Prepared,
  type System,
} from "../estimate/index.ts";
import { fleet, type Ready, stockOf } from "./_fleet.ts";
import { type Held, largest, loadOf } from "./_held.ts";
import { sizePools } from "./_pools.ts";
import { meanOccupancy, unitsFor } from "./concurrency.ts";
import { breach } from "./limits.ts";
import type { Plan, PlanRequest, Refusal } from "./types.ts";

export interface Candidate {
  /** Hosts of one device it may run in, the largest first. */
  readonly hosts: readonly System[];
  /** With one replica, or one worker a pool; sizing decides how many. */
  readonly placement: Placement;
}

/** One replica of it, or one worker a pool. */
export function single({ prefill, ...placement }: Placement): Placement {
  const pool = prefill === undefined ? {} : { prefill: { ...prefill, replicas: 1 } };
  return { ...placement, ...pool, replicas: 1 };
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
  const joint = Math.min(joined(prepared), system.perHost);
  const ready = { prepared, hosts: hosts.filter(({ perHost }) => perHost >= joint) };
  return prepared.prefill === null
    ? spread(request, ready, largest(request, prepared, single))
    : sizePools(request, ready, single);
}

/** What is of unknown price may be beyond any budget. */
const UNPRICED = infeasible("figures", "no price is known, so it cannot be said to keep a budget");

function isPriced({ offer, device }: System): boolean {
  return offer !== undefined || device.price !== undefined;
}

/** Devices of one replica or worker that talk at every layer, and so share a host. */
function joined({ placement: { parallel }, prefill }: Prepared): number {
  const mine = parallel.tensor * parallel.data;
  return prefill === null ? mine : Math.max(mine, joined(prefill));
}

/** Rounds of a twentieth more replicas than throughput alone asks for, when the open stream needs them. */
const SPARE_ROUNDS_MAX = 8;
const SPARE_SHARE = 1 / 20;

/** The plan once the demand is spread over enough replicas, in the hosts that cost least. */
function spread(request: PlanRequest, ready: Ready, held: Held): Plan | Refusal {
  const shared = share(request, ready.prepared, held);
  const at = ({ replicas, load }: Shared) => {
    const placement = { ...ready.prepared.placement, replicas };
    return fleet(request, ready, { ...held, placement, load, units: 1 });
  };
  let answer = at(shared);
  for (let round = 1; round <= SPARE_ROUNDS_MAX && isCrowded(answer, shared); round++) {
    answer = at(moreReplicas(shared, round * Math.ceil(SPARE_SHARE * shared.replicas)));
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
    const replicas = unitsFor(demand.rate, full.requestRate.p50);
    const rate = demand.rate / replicas;
    return { replicas, load: loadOf(workload, { concurrency: mean, rate }) };
  }
  const replicas =
    demand.kind === "users" ? unitsFor(demand.users, held.max) : filled(request, prepared);
  const concurrency = demand.kind === "users" ? demand.users / replicas : held.max;
  return { replicas, load: loadOf(workload, { concurrency }) };
}

/** As many replicas as the stock has devices for; one where there is no end of them. */
function filled(request: PlanRequest, { system, placement }: Prepared): number {
  const stock = stockOf(request, system);
  if (stock === Infinity) return 1;
  return Math.max(1, Math.floor(stock / placementDevices({ ...placement, replicas: 1 })));
}
