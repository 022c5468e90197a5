export { policyOf, simulatePlacement } from "./placement.ts";
export { simulate, type Simulation } from "./simulate.ts";
export type {
  Arrival,
  Arrivals,
  Distribution,
  LengthLaw,
  Metrics,
  Policy,
  Traffic,
} from "./types.ts";
