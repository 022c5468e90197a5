export { fitLaw, logResiduals, type FittedLaw } from "./fit-law.ts";
export { fitLaws, quantileOf, type Fit, type LawFit } from "./fit-laws.ts";
export { leaveOneDeviceOut, type Errors } from "./leave-one-device-out.ts";
export { sampleOf, type Sample, type Timing } from "./sample.ts";
export {
  chooseTraits,
  corrected,
  fitCorrections,
  type ChosenTraits,
  type RowResidual,
} from "./corrections.ts";
export { fitWidths, groupedFolds, isHeld, type IntervalResidual } from "./intervals.ts";
export { OWN } from "./fit-log-linear.ts";
export {
  decodeProfile,
  fitProfile,
  type Profile,
  type ProfileName,
  type ProfileSample,
  withProfile,
} from "./profile.ts";
export type { BenchmarkRun } from "./readers/benchmark-run.ts";
export { decodeBenchmark } from "./readers/decode-benchmark.ts";
export { decodeMlperfSummary } from "./readers/mlperf-summary.ts";
