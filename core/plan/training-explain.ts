/**
 * What would change the best training plan: the same devices with one figure doubled, laid out anew, so that
 * a layout that only became possible is found too.
 */
import type { System } from "../estimate/index.ts";
import { doubledDevices } from "./explain.ts";
import { bestAt, trainingScore } from "./training-plan.ts";
import type {
  TrainingChange,
  TrainingCounterfactual,
  TrainingPlan,
  TrainingRequest,
} from "./training-types.ts";

/** Each change that applies to `plan`, the most helpful first. Limits are left out: a change may break one. */
export function explainTraining(
  request: TrainingRequest,
  plan: TrainingPlan,
): readonly TrainingCounterfactual[] {
  const { stock: _, ...free } = { ...request, limits: {} };
  const before = trainingScore(plan, request.objective);
  return changes(free, plan)
    .map(({ change, request: changed, system, devices }): TrainingCounterfactual => {
      const found = bestAt(changed, system, devices);
      const answer = "estimate" in found ? found : null;
      const after = answer === null ? Infinity : trainingScore(answer, request.objective);
      const ratio = after / before;
      return { change, answer, ratio: Number.isFinite(ratio) ? ratio : null };
    })
    .toSorted((a, b) => (a.ratio ?? Infinity) - (b.ratio ?? Infinity));
}

interface Altered {
  readonly change: TrainingChange;
  readonly request: TrainingRequest;
  readonly system: System;
  readonly devices: number;
}

function changes(request: TrainingRequest, plan: TrainingPlan): readonly Altered[] {
  const { system } = plan;
  const { devices } = plan.estimate;
  const here = { request, system, devices };
  const altered: Altered[] = [
    { ...here, change: "no-failures", request: { ...request, deviceBetween: Infinity } },
    { ...here, change: "twice-the-devices", devices: 2 * devices },
    ...doubledDevices(system.device)
      .filter(({ kind }) => kind !== "link" || devices > 1)
      .map(({ kind: change, device }) => ({ ...here, change, system: { ...system, device } })),
  ];
  if (devices > system.perHost) {
    const network = 2 * system.network;
    altered.push({ ...here, change: "network", system: { ...system, network } });
  }
  return altered;
}
