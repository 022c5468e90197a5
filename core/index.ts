/**
 * tenlane as a library: every public function on the way of the data, by hand, and the types of each stage. What follows a plan
 * has its own entrances: `tenlane/worth`, `tenlane/optimise`.
 */
export { AssertionError } from "./assert.ts";
export { ok, refuse, shown } from "./result.ts";
export { BASES } from "./interval.ts";
export { PRECISIONS } from "./precision.ts";
export {
  catalogue,
  decodeCatalogue,
  devices,
  extendCatalogue,
  figuresAt,
  figureValue,
  findDevice,
  findGrid,
  GRID_DEFAULT,
  grids,
  offers,
  offersFor,
  parseQuantity,
  systemFor,
  systemsOf,
  usualOffer,
  withFabric,
} from "./catalogue/index.ts";
export {
  buildNetwork,
  decodeHfConfig,
  decodeModelEntry,
  findModel,
  layerParameters,
  memorySource,
  networkMacs,
  networkParameters,
  nodeMacs,
  numerics,
  NUMERICS_NAMES,
  PARAMETER_GROUPS,
  parameterCount,
  readModel,
  withInput,
  withKv,
  withNumerics,
} from "./model/index.ts";
export {
  deviceCount,
  DIMENSIONS as GROWTH_DIMENSIONS,
  expand,
  expandNetwork,
  growth,
  inputTokens,
  modelFlops,
  networkGrowth,
  sequenceBytes,
  sequenceCache,
  SINGLE_DEVICE,
  splitProblem,
  trafficBytes,
  weightBytes,
} from "./operators/index.ts";
export {
  ADAM,
  beyondContext,
  billAt,
  byBound,
  byGroup,
  decodeEngine,
  DRAFT_METHODS,
  DRAFT_USUAL,
  drafts,
  draw,
  engineOn,
  enginesOn,
  estimate,
  estimateBatch,
  estimateLoad,
  gridded,
  HOURS_A_YEAR,
  MOMENTUM,
  networkWaits,
  ownedBy,
  ownedHourly,
  ownerTerms,
  placementDevices,
  prepare,
  PUE_USUAL,
  purchaseOf,
  rooflineGroups,
  rooflinePoints,
  SHIPPED,
  tariffOf,
  tokensPerStep,
  trainingStep,
} from "./estimate/index.ts";
export {
  answered,
  dalyInterval,
  decodeTrainingRun,
  decodeWorkload,
  explain,
  explainBatches,
  explainTraining,
  goodput,
  OBJECTIVES,
  plan,
  planAgain,
  planAt,
  planBatches,
  planEach,
  planTraining,
  ranked,
  score,
  sitesOf,
  TENURES,
  TRAINING_OBJECTIVES,
  trainingQuery,
  usualFormats,
  workloadSchema,
} from "./plan/index.ts";
export {
  chromeTrace,
  COPIES_MAX,
  decodeScenario,
  doubted,
  energyMeter,
  fewestReplicas,
  FINALISTS,
  finalists,
  fleetOf,
  inPart,
  largestRate,
  lengthLaw,
  lineReader,
  replayFeed,
  requestTimes,
  resized,
  runCount,
  scaledFleet,
  series,
  settled,
  SETTLED_AFTER,
  simulate,
  simulateDeadlines,
  simulateFeed,
  simulatePlacement,
  TRACE_FORMATS,
  traceFormatOf,
  widthsAt,
} from "./simulate/index.ts";
export {
  decodeBenchmark,
  decodeMlperfSummary,
  decodeProfile,
  fitLaws,
  fitProfile,
  leaveOneDeviceOut,
  quantileOf,
  sampleOf,
  withProfile,
} from "./calibrate/index.ts";
export {
  askedClaim,
  claimPredictions,
  claims,
  decodeClaim,
  examined,
  figureRatios,
  publishedRatios,
  rateRatio,
  trainingRatio,
} from "./claim/index.ts";
export {
  chartSvg,
  intervalText,
  measureOf,
  pathText,
  placementText,
  quantityText,
  ridge,
  rooflinePlot,
  roundedUp,
  significant,
  splitText,
} from "./report/index.ts";
export type { Dimension } from "./catalogue/index.ts";
export type * from "./units.ts";
export type * from "./assert.ts";
export type * from "./result.ts";
export type * from "./interval.ts";
export type * from "./precision.ts";
export type * from "./catalogue/index.ts";
export type * from "./model/index.ts";
export type * from "./operators/index.ts";
export type * from "./estimate/index.ts";
export type * from "./plan/index.ts";
export type * from "./simulate/index.ts";
export type * from "./calibrate/index.ts";
export type * from "./claim/index.ts";
export type * from "./report/index.ts";
