/**
 * Prompts and decodes on devices of their own, sized to the demand: how many workers each pool needs
 * on its own, the other never being short, and then both together under the whole load.
 *
 * Source: Zhong et al. 2024, "DistServe" (arXiv 2401.09670), section 4 (the pools are sized apart)
 */
import {
  estimateLoad,
  type Estimate,
  type Load,
  type Placement,
  placementDevices,
  type Pool,
  type Prepared,
} from "../estimate/index.ts";
import type { RequestsPerSecond } from "../units.ts";
import { fleet, type Ready, stockOf } from "./_fleet.ts";
import { type Held, largest, loadOf } from "./_held.ts";
import { meanOccupancy, unitsFor } from "./concurrency.ts";
import type { Plan, PlanRequest, Refusal } from "./types.ts";

/** Workers of one pool beside one of the other, so that the one is what limits. */
const AMPLE = 8;
/** Workers added, a twentieth at a time, while load alone breaks a limit. */
const SPARE_ROUNDS_MAX = 6;
const SPARE_SHARE = 1 / 20;

export interface Workers {
  readonly prefill: number;
  readonly decode: number;
}

/** `ready` is prepared with one worker a pool, `single` its estimate with one request in flight. */
export function sizePools(request: PlanRequest, ready: Ready, single: Estimate): Plan | Refusal {
  const { prepared } = ready;
  const decode = poolHeld(request, withWorkers(prepared, { prefill: AMPLE, decode: 1 }), single);
  const prompts = poolHeld(request, withWorkers(prepared, { prefill: 1, decode: AMPLE }), single);
  const asked = demanded(request, prepared, { decode, prompts });
  const at = (workers: Workers) =>
    together(request, ready, { ...asked, workers, held: decode.held });
  let { workers } = asked;
  let answer = at(workers);
  for (let round = 1; round <= SPARE_ROUNDS_MAX; round++) {
    const more = spared(answer, workers);
    if (more === null) return answer;
    workers = more;
    answer = at(workers);
  }
  return answer;
}

/** As if `prepared` had been prepared with so many workers. */
function withWorkers(prepared: Prepared, { prefill, decode }: Workers): Prepared {
  const prompts = prepared.prefill;
  return {
    ...prepared,
    placement: { ...prepared.placement, replicas: decode },
    prefill:
      prompts === null
        ? null
        : { ...prompts, placement: { ...prompts.placement, replicas: prefill } },
  };
}

interface PoolHeld {
  readonly held: Held;
  /** At the mean of what is in flight as load rises and falls. */
  readonly rate: RequestsPerSecond;
}

function poolHeld(request: PlanRequest, prepared: Prepared, single: Estimate): PoolHeld {
  const held = largest(request, prepared, single);
  const concurrency = meanOccupancy(held.max, request.percentile);
  const mean = estimateLoad(prepared, loadOf(request.workload, { concurrency }));
  const { requestRate } = mean.kind === "estimate" ? mean : held.full;
  return { held, rate: requestRate.p50 };
}

interface Demanded {
  readonly workers: Workers;
  /** Of both pools. */
  readonly load: Load;
}

function demanded(
  request: PlanRequest,
  prepared: Prepared,
  { decode, prompts }: { readonly decode: PoolHeld; readonly prompts: PoolHeld },
): Demanded {
  const { demand, workload, percentile } = request;
  if (demand.kind === "rate") {
    const { rate } = demand;
    const workers = { prefill: unitsFor(rate, prompts.rate), decode: unitsFor(rate, decode.rate) };
    const concurrency = workers.decode * meanOccupancy(decode.held.max, percentile);
    return { workers, load: loadOf(workload, { concurrency, rate }) };
  }
  if (demand.kind === "users") {
    const count = unitsFor(demand.users, decode.held.max);
    const workers = { prefill: unitsFor(count * decode.rate, prompts.rate), decode: count };
    return { workers, load: loadOf(workload, { concurrency: demand.users }) };
  }
  const cell = balanced({ prefill: prompts.rate, decode: decode.rate });
  const devices = placementDevices(placed(prepared, cell));
  const stock = stockOf(request, prepared.system);
  const copies = stock === Infinity ? 1 : Math.max(1, Math.floor(stock / devices));
  const workers = { prefill: copies * cell.prefill, decode: copies * cell.decode };
  return { workers, load: loadOf(workload, { concurrency: workers.decode * decode.held.max }) };
}

/** The smallest two pools of workers at these rates in which prompts never wait for a worker of their own. */
export function balanced({ prefill, decode }: Workers): Workers {
  return decode > prefill
    ? { prefill: unitsFor(decode, prefill), decode: 1 }
    : { prefill: 1, decode: Math.floor(prefill / decode) };
}

function placed(prepared: Prepared, { prefill, decode }: Workers): Placement {
  const { placement } = prepared;
  const { parallel } = (prepared.prefill ?? prepared).placement;
  const pool: Pool = { parallel, replicas: prefill };
  return { ...placement, replicas: decode, prefill: pool };
}

function together(
  request: PlanRequest,
  { prepared, hosts }: Ready,
  { workers, load, held }: Demanded & { readonly held: Held },
): Plan | Refusal {
  const sized = withWorkers(prepared, workers);
  const placement = placed(prepared, workers);
  const units = workers.decode;
  return fleet(request, { prepared: sized, hosts }, { ...held, placement, load, units });
}

/** More workers of the pool whose limit the load broke; null where more would not help. */
export function spared(answer: Plan | Refusal, { prefill, decode }: Workers): Workers | null {
  if ("estimate" in answer) return null;
  const { infeasible } = answer;
  const more = (workers: number) => workers + Math.ceil(SPARE_SHARE * workers);
  if (infeasible.kind === "infeasible") {
    return infeasible.reason === "rate" ? { prefill: more(prefill), decode: more(decode) } : null;
  }
  switch (infeasible.limit) {
    case "ttft":
      return { prefill: more(prefill), decode };
    case "tpot":
    case "latency":
      return { prefill, decode: more(decode) };
    default:
      return null;
  }
}
