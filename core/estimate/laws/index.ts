export type {
  Anchor,
  Host,
  Law,
  LawName,
  Laws,
  ProductFamily,
  Reach,
  Shapes,
  Spread,
  Spreads,
  Tuned,
} from "./coefficients.ts";
export { PRODUCT_FAMILIES } from "./coefficients.ts";
export { compiled, isTiled, NARROW_REACH, prerounded } from "./compiled.ts";
export { decodeLaws } from "./decode-laws.ts";
export { computeFormat, type Format, usualFormat, withPeaks } from "./format.ts";
export { thinnedFabric } from "./_fabric.ts";
export { lawName, operatorTime, spreadSize } from "./operator-time.ts";
export { draws, likelyRating, type Utilisation } from "./power.ts";
export { HOST_USUAL } from "./hosts.ts";
export { LAW_NAMES, SHAPE_STARTS } from "./shapes.ts";
export { weightBytes } from "./_array.ts";
export { expertColumns } from "./_experts.ts";
export { CYCLES_SCORE } from "./_traffic.ts";
export { substitutions } from "./substitutions.ts";
export {
  CLOCK_TYPICAL,
  fittedFigures,
  machine,
  target,
  type Launch,
  type Surroundings,
  type Target,
  type TunedLaws,
  UNITS_TYPICAL,
} from "./target.ts";
export { isTimed, transferredReach } from "./transfer.ts";
