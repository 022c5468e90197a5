export { fitLaw, logResiduals, type FittedLaw } from "./fit-law.ts";
export { fitLaws, quantileOf, type Fit, type LawFit } from "./fit-laws.ts";
export { leaveOneDeviceOut, type Errors } from "./leave-one-device-out.ts";
export { sampleOf, type Sample, type Timing } from "./sample.ts";
export { coverage, fitWidths, groupedFolds, type IntervalResidual } from "./intervals.ts";
