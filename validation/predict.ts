/** The way of predicting that each family takes. */
import type { Interval } from "../core/interval.ts";
import { isDecoder } from "../core/model/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { familyOf, type Family } from "./family.ts";
import { unitFactor } from "./metric.ts";
import { isListened, predictBestBatch } from "./predict-best-batch.ts";
import { predictCost } from "./predict-cost.ts";
import { predictKernel } from "./predict-kernel.ts";
import { isCompiledServer, predictCompiled } from "./predict-compiled.ts";
import { predictBatch } from "./predict-batch.ts";
import { predictPools } from "./predict-pools.ts";
import { predictServing } from "./predict-serving.ts";
import { predictMemory } from "./predict-memory.ts";
import { predictSamples, predictTimeToTrain, predictTraining } from "./predict-training.ts";
import { predictWhole } from "./predict-whole.ts";
import type { Row } from "./row.ts";
import { isTranslated } from "./translated.ts";
import type { World } from "./world.ts";

type Predict = (row: Row, world: World) => Answer;

const PREDICTIONS: Readonly<Partial<Record<Family, Predict>>> = {
  kernel: predictKernel,
  "serving TPOT": predictServing,
  "serving TTFT": predictServing,
  "disaggregated TPOT": predictPools,
  "disaggregated TTFT": predictPools,
  "serving throughput": predictServing,
  "serving latency": predictAnswer,
  "offline throughput": predictOffline,
  "single-batch latency": predictText,
  prefill: predictText,
  decode: predictWhole,
  "CNN/encoder throughput": predictBatch,
  "training step": predictTraining,
  "time to train": predictTimeToTrain,
  energy: predictDraw,
  cost: (row, world) => predictCost(row, (rate) => predict(rate, world)),
  memory: predictMemory,
  "samples to quality": predictSamples,
  power: predictDraw,
};

/** Old tables ran whole batches of a stated size; later ones queue requests and batch as they come. */
function predictOffline(row: Row, world: World): Answer {
  if (isListened(row, world)) return predictBestBatch(row, world);
  const isWhole =
    /static batch|one batch|generation time/.test(row.notes) ||
    row.phase === "single_batch_latency" ||
    isTranslated(row);
  return isWhole ? predictWhole(row, world) : predictServing(row, world);
}

/** A batch of text, or of whatever else a model reads once. */
function predictText(row: Row, world: World): Answer {
  return writes(row, world) ? predictWhole(row, world) : predictBatch(row, world);
}

/** A whole answer of a server: of text that is written, or of a batch as it comes. */
function predictAnswer(row: Row, world: World): Answer {
  const named = world.model(row.model);
  return named === null || isDecoder(named.model)
    ? predictServing(row, world)
    : predictBatch(row, world);
}

/** Energy and power of whichever way the row's model works. */
function predictDraw(row: Row, world: World): Answer {
  if (!writes(row, world)) return predictBatch(row, world);
  return row.phase === "single_batch_latency"
    ? predictWhole(row, world)
    : predictServing(row, world);
}

function writes(row: Row, world: World): boolean {
  const named = world.model(row.model);
  return named !== null && isDecoder(named.model);
}

/** Labels that stand for more than one device, as their sources say themselves. */
const UNNAMED = /code named|model not stated|does not name|\bARMv8 Processor\b/;

/** What a label says of the machine around a device. */
const HOST = /\(host .*$/;

/** Open submissions on cards whose engine is the submitter's own. */
function isUnknownDesign({ model, hardware }: Row): boolean {
  return model.startsWith("MLPerf open") && !/\bDPU\b/.test(hardware);
}

/** What tenlane says of the figure in a row, in the row's own sense. */
export function predict(row: Row, world: World): Answer {
  if (unitFactor(row.unit) === null) return unanswered(`unit "${row.unit}" not known`);
  if (row.unread !== undefined) return unanswered(`condition not understood: ${row.unread}`);
  if (UNNAMED.test(row.hardware.replace(HOST, ""))) return unanswered("condition missing: device");
  if (isUnknownDesign(row)) return unanswered("condition missing: what is laid out on the FPGA");
  if (isCompiledServer(row)) return predictCompiled(row, world);
  const family = familyOf(row);
  const way = PREDICTIONS[family];
  if (way === undefined) return unanswered("family not modelled");
  const answer = way(row, world);
  return "interval" in answer && !isFigure(answer.interval)
    ? unanswered("metric not predicted: what ran has none of it")
    : answer;
}

/** A rate of tokens of a network, or bytes that a product sends to others, are none. */
function isFigure({ p10, p90 }: Interval): boolean {
  return p10 > 0 && p90 < Infinity;
}
