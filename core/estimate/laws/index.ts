export type {
  Anchor,
  Law,
  LawName,
  Laws,
  PowerShares,
  Reach,
  Shape,
  Spread,
} from "./coefficients.ts";
export { LAW_NAMES } from "./coefficients.ts";
export { decodeLaws } from "./decode-laws.ts";
export { computeFormat, type Format } from "./format.ts";
export { lawName, operatorTime } from "./operator-time.ts";
export { devicePower, type Utilisation } from "./power.ts";
export { substitutions } from "./substitutions.ts";
export { target, type Surroundings, type Target, type Tuned } from "./target.ts";
export { anchorOf } from "./transfer.ts";
