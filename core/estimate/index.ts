export { byBound, byGroup, rooflinePoints, type Portion, type RooflinePoint } from "./breakdown.ts";
export { estimate, estimateLoad } from "./estimate.ts";
export type { HostCost } from "./host.ts";
export type { IntervalWidths, SpreadName } from "./intervals.ts";
export { decodeLaws, devicePower, operatorTime, substitutions, target } from "./laws/index.ts";
export type { Laws, Target } from "./laws/index.ts";
export { prepare, type Prepared, type Setting } from "./prepare.ts";
export { stepCost, type StepCost, type StepSize } from "./step-cost.ts";
export type * from "./types.ts";
