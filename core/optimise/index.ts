export { isFaster, isSettled, pairedRatio, sampleMedian, timingOf } from "./comparison.ts";
export { Draft } from "./draft.ts";
export type { Edit } from "./draft.ts";
export { GraphDraft } from "./graph-draft.ts";
export { REWRITES, rewriteExact } from "./rewrites/index.ts";
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
