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
export { OBJECTIVES } from "./types.ts";
export type * from "./types.ts";
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
export { TRAINING_OBJECTIVES } from "./training-types.ts";
export type * from "./training-types.ts";
