export type { Availability, Failures, Scaling } from "./availability.ts";
export {
  type Capacity,
  COPIES_MAX,
  fewestReplicas,
  inPart,
  largestRate,
  resized,
  settled,
  SETTLED_AFTER,
  type Trial,
} from "./capacity.ts";
export { type ChromeTrace, chromeTrace } from "./chrome-trace.ts";
export {
  type DeadlineMetrics,
  type DeadlineSimulation,
  type PeriodicTask,
  simulateDeadlines,
  type TaskMetrics,
} from "./deadlines.ts";
export { energyMeter, type EnergyMeter } from "./energy.ts";
export { type Feed, replayFeed, trafficFeed } from "./feed.ts";
export type { FrontEnd, FrontEndCost } from "./front-end.ts";
export type { Observer, Stepped } from "./observer.ts";
export { type Check, FINALISTS, type Finalists, finalists } from "./finalists.ts";
export { fleetOf, policyOf, simulatePlacement } from "./placement.ts";
export { type RequestTimes, requestTimes } from "./request-times.ts";
export { decodeScenario, type FrameWork, type Scenario, type ScenarioTask } from "./scenario.ts";
export { series, type Series, type SeriesRow } from "./series.ts";
export {
  type FeedSimulation,
  type Fleet,
  simulate,
  simulateFeed,
  type Simulation,
} from "./simulate.ts";
export { lengthLaw } from "./traffic.ts";
export type * from "./types.ts";
export {
  lineReader,
  type LineReader,
  TRACE_FORMATS,
  type TraceFormat,
  traceFormatOf,
} from "./trace-line.ts";
export {
  type DistributionIntervals,
  doubted,
  type Doubted,
  type MetricIntervals,
  runCount,
  scaledFleet,
  type Variant,
  widthsAt,
} from "./uncertainty.ts";
