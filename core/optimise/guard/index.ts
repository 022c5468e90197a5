export { judge } from "./guard.ts";
export type { Evidence, Metric, TaskMeasures, Verdict } from "./guard.ts";
export { floatsTensor, isFloating, numbersOf } from "./host-numbers.ts";
export { LIMITS, type Limits } from "./limits.ts";
export type { Measure } from "./measure.ts";
export { taskOf, type Task, type TaskKind } from "./task.ts";
export { DECIBELS_EQUAL, decibelsWorst, type TensorError } from "./tensor-error.ts";
