/** A placement under its whole load, in the hosts that cost least, and whether the fleet keeps the limits. */
import { assert } from "../assert.ts";
import {
  estimateLoad,
  type Estimate,
  type Infeasible,
  type Load,
  type Placement,
  type Prepared,
  type System,
} from "../estimate/index.ts";
import type { Held } from "./_held.ts";
import { breach, confidenceOf, fleetBreach } from "./limits.ts";
import type { Plan, PlanRequest, Refusal } from "./types.ts";

export interface Ready {
  readonly prepared: Prepared;
  /** Those whose links hold the split together. */
  readonly hosts: readonly System[];
}

export interface Fleet extends Held {
  readonly placement: Placement;
  readonly load: Load;
  /** Units that what is in flight is counted for: decode workers of pools, one of a replica's load. */
  readonly units: number;
}

/** `prepared` must answer for `placement`: same splits, same numbers of workers in its pools. */
export function fleet(
  request: PlanRequest,
  { prepared, hosts }: Ready,
  asked: Fleet,
): Plan | Refusal {
  const { placement, load, units, max, binding, full } = asked;
  const { prefill: _, ...decoding } = placement;
  const { system, answer } = cheapestHost(hosts, (host) =>
    estimateLoad({ ...prepared, system: host, placement: decoding }, load),
  );
  if (answer.kind === "infeasible") return { system, placement, infeasible: answer };
  const mean = answer.batch / units;
  const plan: Plan = {
    system,
    placement,
    estimate: answer,
    concurrency: { mean, max },
    binding: mean < max / 4 ? "demand" : binding,
    confidence: confidenceOf(full, request.limits),
  };
  const broken =
    breach(answer, request.limits, request.confidence) ??
    fleetBreach(plan, request.limits, stockOf(request, system));
  return broken === null ? plan : { system, placement, infeasible: broken };
}

export function stockOf({ stock }: PlanRequest, { device }: System): number {
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

function hourly(answer: Estimate | Infeasible): number {
  return answer.kind === "estimate" ? (answer.costPerHour?.p50 ?? Infinity) : Infinity;
}
