export { explainBatches } from "./explain-batches.ts";
export { type Change, type Counterfactual, explain } from "./explain.ts";
export { usualFormats } from "./formats.ts";
export { answered, plan, planAgain, planAt, planEach, ranked } from "./plan.ts";
export {
  planBatches,
  type BatchPlan,
  type BatchPlanAnswer,
  type BatchPlanRequest,
} from "./plan-batches.ts";
export { rank, score } from "./rank.ts";
export { withReplicas } from "./resize.ts";
export { type SiteChoice, sitesOf, type Tenure, TENURES } from "./sites.ts";
export {
  type Binding,
  type Breach,
  type Demand,
  type LimitName,
  type Limits,
  type Objective,
  OBJECTIVES,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type Ranking,
  type Refusal,
  type Relaxed,
  type Site,
  type Workload,
} from "./types.ts";
export { decodeWorkload, workloadSchema } from "./workload.ts";
export {
  dalyInterval,
  DEVICE_BETWEEN,
  DEVICE_BETWEEN_NEW,
  goodput,
  type Reliability,
  reliabilityOf,
} from "./goodput.ts";
export { explainTraining } from "./training-explain.ts";
export { planTraining, trainingQuery } from "./training-plan.ts";
export { decodeTrainingRun, trainingRunSchema } from "./training-run.ts";
export {
  type TrainingAnswer,
  type TrainingChange,
  type TrainingCounterfactual,
  type TrainingLayout,
  type TrainingLimitName,
  type TrainingLimits,
  type TrainingObjective,
  TRAINING_OBJECTIVES,
  type TrainingPlan,
  type TrainingRefusal,
  type TrainingRequest,
  type TrainingRun,
} from "./training-types.ts";
