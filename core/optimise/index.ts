export { isFaster, isSettled, pairedRatio, sampleMedian, timingOf } from "./comparison.ts";
export { Draft } from "./draft.ts";
export type { Edit } from "./draft.ts";
export { headroom } from "./headroom.ts";
export type { Ceilings, Headroom } from "./headroom.ts";
export { GraphDraft } from "./graph-draft.ts";
export { foldConstants, REWRITES, rewriteExact } from "./rewrites/index.ts";
export type { Rewrite, RewriteOptions, Target } from "./rewrites/index.ts";
export {
  ELEMENT,
  dimsOf,
  elementCount,
  floatsOf,
  floatTensor,
  rawTensor,
  wholesOf,
  wholeTensor,
} from "./tensor.ts";
export type {
  Comparison,
  HostTensor,
  OperatorTime,
  Outcome,
  Profile,
  Ratio,
  Runner,
  Session,
  Subject,
  Tensors,
  Throughput,
  Timing,
} from "./runner.ts";
export { certificateSchema, decodeCertificate } from "./certificate.ts";
export type { Certificate, FileDigest, Fingerprint, Reached, SampleDigest } from "./certificate.ts";
export { judge, LIMITS, numbersOf } from "./guard/index.ts";
export type { Limits, Measure, Metric, Verdict } from "./guard/index.ts";
export {
  colourPlanes,
  generatedSamples,
  hostTensorFromNpy,
  hostTensorFromProto,
  inputsOf,
  PIXEL_RANGES,
  tokenSamples,
} from "./samples/index.ts";
export type { ModelInput, Pixels } from "./samples/index.ts";
export { makersOf } from "./makers.ts";
export { OBJECTIVES, SHIPPED, tune } from "./search/index.ts";
export { calibrate, mixed, quantise, recipes, smooth } from "./quantise/index.ts";
export type {
  Calibration,
  Cpu,
  DynamicRecipe,
  Probe,
  RangeRule,
  Recipe,
  StaticRecipe,
  Summary,
  WeightRecipe,
} from "./quantise/index.ts";
export { decoderOf, freshOutputs, shareCache } from "./decode/index.ts";
export type { Decoder, FreshOutputs } from "./decode/index.ts";
export type { Ask, Candidate, Makers, Objective, Tuning } from "./search/index.ts";
export { verify } from "./verify.ts";
export type { ClaimFound } from "./verify.ts";
