export { bestWindow, type CarbonKind, embodiedHourly, gramsByHour } from "./carbon.ts";
export { type Place, places, type Window } from "./carbon.ts";
export { day, type Day, IDLE_SHARE } from "./energy.ts";
export {
  INVEST_KEYS,
  INVEST_TERMS,
  invest,
  type Investment,
  type InvestTerm,
  type InvestTerms,
  presentCost,
  STRATEGIES,
  type Strategy,
} from "./invest.ts";
export { type InvestFigures, investTerms, type Investing } from "./invest-terms.ts";
export { bought, type Machine, machineOf } from "./machine.ts";
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
export { type Next, nextParts } from "./next.ts";
export { probabilityUnder } from "./probability.ts";
export { BUSY_AIM, fewestHosts } from "./rightsize.ts";
export {
  type FailingKnown,
  failingTerms,
  ofTimes,
  type RunGoodput,
  runGoodput,
} from "./run-goodput.ts";
export {
  type Backcast,
  backtest,
  type Launch,
  launches,
  type Measured,
  type Trend,
  trend,
  yearOf,
} from "./trend.ts";
export {
  FAILING,
  type Hall,
  joinedAvailability,
  joinedBetween,
  type Part,
  PARTS,
  sparesFor,
  stopped,
  type Times,
  timesOf,
  upAtLeast,
} from "./upkeep.ts";
export {
  given,
  prior,
  type Propagated,
  propagated,
  type Swing,
  type Uncertain,
} from "../uncertain.ts";
