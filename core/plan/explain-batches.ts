/**
 * What would change the answer for a network: its best plan with one thing altered, searched again over
 * batches, since the batch that suits a faster memory is another one.
 */
import { deviceChanges, nextGeneration, ratioOver, type Counterfactual } from "./explain.ts";
import { batchScore, planBatches, type BatchPlan, type BatchPlanRequest } from "./plan-batches.ts";

/** Each change that applies to `plan`, the most helpful first. */
export function explainBatches(
  { front: _, ...request }: BatchPlanRequest,
  plan: BatchPlan,
): readonly Counterfactual<BatchPlan>[] {
  const { numerics, engine } = plan.placement;
  const on = (system = plan.system, formats = [numerics]): BatchPlanRequest => ({
    ...request,
    sites: [{ hosts: [system], engines: [engine] }],
    numerics: formats,
  });
  const altered: [Counterfactual["change"], BatchPlanRequest][] = [
    ...deviceChanges(plan),
    ...nextGeneration(request.sites, plan),
  ].map(({ change, candidate }) => [change, on(candidate.system)]);
  for (const other of request.numerics.filter(({ name }) => name !== numerics.name)) {
    altered.push([{ kind: "numerics", numerics: other.name }, on(plan.system, [other])]);
  }
  const latency = 2 * (request.limits.latency ?? NaN);
  if (latency > 0) {
    const patient = { ...on(), limits: { ...request.limits, latency } };
    altered.push([{ kind: "limit", limit: "latency" }, patient]);
  }
  const before = batchScore(plan, request.objective);
  return altered
    .flatMap(([change, changed]) => {
      const { plans, nearest } = planBatches(changed);
      const answer = plans[0] ?? nearest;
      if (answer === null) return [];
      const after = "estimate" in answer ? batchScore(answer, request.objective) : Infinity;
      return [{ change, answer, ratio: ratioOver(after, before) }];
    })
    .toSorted((a, b) => (a.ratio ?? Infinity) - (b.ratio ?? Infinity));
}
