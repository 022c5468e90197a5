export { askedClaim, type AskedClaim, claims } from "./asked.ts";
export { type Claim, decodeClaim } from "./claim.ts";
export {
  type ClaimTraining,
  type ClaimWorkload,
  type FigureRatio,
  figureRatios,
  type Machines,
  type Pair,
  rateRatio,
  trainingRatio,
} from "./compare.ts";
export { type Examined, examined } from "./examined.ts";
export type { Judged, Known } from "./judged.ts";
export { type ClaimBatch, type ClaimPrediction, claimPredictions } from "./predictions.ts";
export {
  type ClaimedUse,
  type PublishedRate,
  type PublishedRatio,
  publishedRatios,
} from "./published.ts";
