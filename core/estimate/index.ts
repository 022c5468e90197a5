export { estimateBatch, type BatchEstimate, type BatchQuery } from "./batch.ts";
export {
  byBound,
  byGroup,
  rooflineGroups,
  rooflinePoints,
  type Portion,
  type RooflinePoint,
} from "./breakdown.ts";
export { SPREAD_UNRATED } from "./device-draw.ts";
export { draw, type Draw, PUE_USUAL } from "./system-draw.ts";
export { dated, decodeEngine, engineOn, enginesOn, versioned } from "./engine.ts";
export { billAt } from "./bill.ts";
export { beyondContext, estimate, estimateLoad, isReadApart } from "./estimate.ts";
export { gridded } from "./gridded.ts";
export { hostCost, type HostCost, requestTime } from "./host-cost.ts";
export { type Coefficients, SHIPPED } from "./coefficients.ts";
export {
  CORRECTED,
  type Corrected,
  type Corrections,
  type Part,
  type PartFactors,
  PARTS,
  shiftOf,
  SHIPPED_CORRECTIONS,
  UNCORRECTED,
} from "./correction.ts";
export { reachOf, SHIPPED_WIDTHS, SPREAD_NAMES, widened } from "./intervals.ts";
export type { IntervalWidths, Reach, SpreadName, Width } from "./intervals.ts";
export { type LogLinear, logLinear, NOTHING, type Term, type Traits } from "./log-linear.ts";
export { servingTraits } from "./traits.ts";
export {
  computeFormat,
  CYCLES_SCORE,
  decodeLaws,
  likelyRating,
  operatorTime,
  substitutions,
  target,
} from "./laws/index.ts";
export type { Laws, Target } from "./laws/index.ts";
export {
  HOURS_A_YEAR,
  OWNER_TERMS,
  type Owned,
  ownedBy,
  ownedHourly,
  type OwnerFigures,
  ownerTerms,
  tariffOf,
  type Purchase,
  purchaseOf,
} from "./ownership.ts";
export { shareTrait } from "./step-parts.ts";
export { infeasible } from "./infeasible.ts";
export { inferenceProblem } from "./inference-only.ts";
export { memory } from "./memory.ts";
export { laneCount, placementDevices, poolLanes } from "./pool-size.ts";
export { prepare, type Prepared, type Setting } from "./prepare.ts";
export { transferTime } from "./pools.ts";
export { hostRate, scoreCount } from "./host-link.ts";
export { stepUse, type StepUse, wallPower } from "./step-use.ts";
export {
  type Acceptance,
  DRAFT_METHODS,
  DRAFT_USUAL,
  drafts,
  type DraftMethod,
  pace,
  type Speculation,
  stepTokens,
  tokensPerStep,
} from "./speculation.ts";
export { stepCost, type StepCost, type StepSize } from "./step-cost.ts";
export type * from "./types.ts";
export { networkWaits } from "./network-waits.ts";
export { ADAPTER_SHARE } from "./training-memory.ts";
export { ADAM, MOMENTUM, trainingStep } from "./training.ts";
export { trainedDevices } from "./training-work.ts";
export type * from "./training-types.ts";
