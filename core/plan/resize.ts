/** A plan with another number of replicas: the same stream shared out over more of them. */
import { estimateLoad, type Load, prepare } from "../estimate/index.ts";
import { confidenceOf, fleetBreach } from "./limits.ts";
import type { Plan, PlanRequest } from "./types.ts";

/**
 * `plan` with `replicas`, at the load each then sees; null where money, power or devices do not suffice, or
 * where pools are apart and no replica stands alone.
 */
export function withReplicas(request: PlanRequest, plan: Plan, replicas: number): Plan | null {
  const { model, demand, workload, limits, coefficients, stock } = request;
  const { system, concurrency } = plan;
  if (plan.placement.prefill !== undefined || demand.kind === "saturate") return null;
  const placement = { ...plan.placement, replicas };
  const prepared = prepare({ model, system, placement }, coefficients);
  if ("reason" in prepared) return null;
  const { input, output, cached } = workload;
  const stream: Pick<Load, "concurrency" | "rate"> =
    demand.kind === "rate"
      ? { concurrency: concurrency.mean, rate: demand.rate / replicas }
      : { concurrency: demand.users / replicas };
  const estimate = estimateLoad(prepared, { input, output, cached, ...stream });
  if (estimate.kind === "infeasible") return null;
  const mean = estimate.batch;
  const wider: Plan = {
    ...plan,
    placement,
    estimate,
    concurrency: { mean, max: concurrency.max },
    binding: mean < concurrency.max / 4 ? "demand" : plan.binding,
    confidence: Math.max(plan.confidence, confidenceOf(estimate, limits)),
  };
  return fleetBreach(wider, limits, stock?.[system.device.id] ?? Infinity) === null ? wider : null;
}
