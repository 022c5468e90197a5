export { type Claim, decodeClaim } from "./claim.ts";
export {
  type ClaimWorkload,
  type FigureRatio,
  figureRatios,
  type Machines,
  type Pair,
  rateRatio,
} from "./compare.ts";
