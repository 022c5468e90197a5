/** The way of predicting that each family takes. */
import { unanswered, type Answer } from "./answer.ts";
import { familyOf, type Family } from "./family.ts";
import { unitFactor } from "./metric.ts";
import { predictKernel } from "./predict-kernel.ts";
import { predictContinuous, predictWhole } from "./predict-serving.ts";
import type { Row } from "./row.ts";
import type { World } from "./world.ts";

type Predict = (row: Row, world: World) => Answer;

const PREDICTIONS: Readonly<Partial<Record<Family, Predict>>> = {
  kernel: predictKernel,
  "serving TPOT": predictContinuous,
  "serving TTFT": predictContinuous,
  "serving throughput": predictContinuous,
  "serving latency": predictContinuous,
  "offline throughput": predictContinuous,
  "single-batch latency": predictWhole,
  prefill: predictWhole,
  decode: predictWhole,
  energy: predictContinuous,
  power: predictContinuous,
};

/** What tenlane says of the figure in a row, in the row's own sense. */
export function predict(row: Row, world: World): Answer {
  if (unitFactor(row.unit) === null) return unanswered(`unit "${row.unit}" not known`);
  const family = familyOf(row);
  const way = PREDICTIONS[family];
  return way === undefined ? unanswered("family not modelled") : way(row, world);
}
