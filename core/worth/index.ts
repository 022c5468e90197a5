export {
  bestWindow,
  type CarbonKind,
  embodiedHourly,
  type Place,
  places,
  PUE_USUAL,
  type Window,
} from "./carbon.ts";
export { day, type Day, draw, type Draw, IDLE_SHARE } from "./energy.ts";
export {
  HOURS_A_YEAR,
  OWNER_TERMS,
  type Owned,
  ownedHourly,
  type OwnerFigures,
  type Purchase,
  purchaseOf,
} from "./ownership.ts";
export {
  ageDays,
  INTERRUPTIONS,
  type Interruptions,
  type Need,
  type Rental,
  rentals,
  spotShares,
  spread,
  unitCost,
  upShare,
} from "./rental.ts";
export {
  given,
  prior,
  type Propagated,
  propagated,
  type Swing,
  type Uncertain,
} from "./uncertain.ts";
