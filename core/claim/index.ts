export { askedClaim, type AskedClaim, claims } from "./asked.ts";
export { type Claim, decodeClaim } from "./claim.ts";
export {
  type ClaimWorkload,
  type FigureRatio,
  figureRatios,
  type Machines,
  type Pair,
  rateRatio,
} from "./compare.ts";
export { type ClaimBatch, type ClaimPrediction, claimPredictions } from "./predictions.ts";
