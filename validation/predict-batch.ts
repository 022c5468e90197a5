/**
 * Answers for models that read a batch once: networks, and transformers that only encode.
 *
 * Rates count whole batches one after another on every device; a row that names no batch is of a
 * benchmark that chooses the batch itself, and gets one that fills the device.
 */
import { scale, type Interval } from "../core/interval.ts";
import {
  estimateBatch,
  type BatchEstimate,
  type BatchQuery,
  type Coefficients,
  type Engine,
  type Infeasible,
} from "../core/estimate/index.ts";
import { SINGLE_DEVICE, type Model } from "../core/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { aged, batchEngine } from "./engine.ts";
import { imageOf } from "./image.ts";
import { metricOf } from "./metric.ts";
import { instancesOf, passesOf, queuedBatches } from "./passes.ts";
import { numericsOf } from "./precision.ts";
import { predictServing, shareOf } from "./predict-serving.ts";
import { collection, type Row } from "./row.ts";
import { withoutPlace } from "./serving-query.ts";
import type { World } from "./world.ts";

/** Batches that a benchmark of throughput would try. */
const BATCHES_TRIED = [16, 128];

export function predictBatch(row: Row, world: World): Answer {
  if (/Dimension=2/.test(row.notes)) return unanswered("model not in the catalogue");
  if (row.metric.endsWith("streams")) return unanswered("metric not predicted");
  const device = world.device(row.hardware);
  if (device === null) return unanswered("device not in the catalogue");
  const named = world.model(row.model, imageOf(row));
  if (named === null) return unanswered("model not in the catalogue");
  const { model } = named;
  if (isDecoder(model)) return predictServing(row, world);
  const numerics = numericsOf(row, model, named.named);
  if (numerics === null) return unanswered(`precision "${row.precision_weights}" not known`);
  const input = inputTokens(row, model);
  if (input === null) return unanswered("condition missing: input length");
  const passes = passesOf(row);
  const engine = batchEngine(world.engines, 1);
  if (engine === null) return unanswered("no engine in the catalogue");
  const replicas = Math.max(1, row.accelerators ?? 1);
  const asked = {
    model,
    system: withoutPlace(world.system(device)),
    placement: {
      parallel: SINGLE_DEVICE,
      replicas,
      numerics,
      engine: aged(row, launched(engine, row, world), device),
    },
    input,
    output: 0,
  };
  const stated = batchOf(row);
  const times = instancesOf(row) * (isParallel(row) ? passes : 1);
  const answer = best(
    (stated === null ? BATCHES_TRIED : [stated]).map((batch) => batch * times),
    asked,
    world.coefficients,
  );
  if (answer.kind === "infeasible") return unanswered(`infeasible: ${answer.reason}`);
  const interval = asSeen(answer, row, replicas, passes);
  if (interval === null) return unanswered("metric not predicted");
  const { traits } = answer;
  switch (metricOf(row.metric, row.phase, row.unit).quantity) {
    case "energy-sample":
      return { interval, spread: "energy", traits };
    case "power":
      return { interval, spread: "power", traits };
    default:
      return { interval, spread: model.kind === "network" ? "network" : "batch", traits };
  }
}

function isDecoder(model: Model): boolean {
  return model.kind === "transformer" && model.stacks.at(-1)?.role === "decoder";
}

/** Samples that one device takes at once; null where the benchmark chose them. */
function batchOf(row: Row): number | null {
  const stated = pressureOf(row)?.requests;
  if (stated !== undefined) return Math.max(1, Math.round(stated));
  return row.phase === "single_batch_latency" ? 1 : null;
}

/** The batch of highest rate. */
function best(
  batches: readonly number[],
  asked: Omit<BatchQuery, "batch">,
  coefficients: Coefficients,
): BatchEstimate | Infeasible {
  const [first = 1, ...rest] = batches;
  const rateOf = (answer: BatchEstimate | Infeasible) =>
    answer.kind === "infeasible" ? 0 : answer.itemRate.p50;
  return rest.reduce(
    (found, batch) => {
      const next = estimateBatch({ ...asked, batch }, coefficients);
      return rateOf(next) > rateOf(found) ? next : found;
    },
    estimateBatch({ ...asked, batch: first }, coefficients),
  );
}

const FRAMEWORKS: readonly (readonly [RegExp, string])[] = [
  [/neuron|intel neural|gaudi|habana/i, "static"],
  [/pytorch|hugging|paddle/i, "pytorch"],
  [/tensorflow(?!-?lite)/i, "tensorflow"],
  [/mxnet/i, "mxnet"],
];

/** Frameworks launch layer by layer from the host; compilers of whole graphs do not. */
function launched(engine: Engine, row: Row, world: World): Engine {
  if (/compile/.test(row.engine_version)) return engine;
  const id = FRAMEWORKS.find(([words]) => words.test(row.engine))?.[1];
  const { launch, scorePasses = 0 } = world.engines.find((each) => each.id === id) ?? engine;
  return launch === undefined ? engine : { ...engine, launch, scorePasses, graphs: false };
}

/**
 * Mean tokens of a question with its paragraph in SQuAD v1.1, of 384 at most: TensorRT's submissions for
 * data centres remove the padding, others compute it.
 *
 * Source: assumption; SQuAD v1.1 paragraphs average 120 words and questions 10
 */
const SQUAD_TOKENS = 178;
const SQUAD_PADDED = 384;

/** Tokens of text of one sample; 0 where a model's input has one size, null where nobody says. */
function inputTokens(row: Row, model: Model): number | null {
  if (model.kind === "network" || model.stacks.at(-1)?.embedding.kind !== "tokens") return 0;
  if (row.input_tokens !== null && row.input_tokens !== undefined) return row.input_tokens;
  if (!/^(mlpi|mlperf)/.test(collection(row))) return null;
  return /tensorrt/i.test(row.engine) ? SQUAD_TOKENS : SQUAD_PADDED;
}

/** Passes of one sample that need not wait for each other. */
function isParallel(row: Row): boolean {
  return !/diffusion/i.test(row.model) && !/steps/.test(row.notes);
}

function asSeen(answer: BatchEstimate, row: Row, devices: number, passes: number): Interval | null {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const { itemRate, energyPerItem, devicePower } = answer;
  const joules = (devicePower.p50 * devices) / itemRate.p50 / energyPerItem.p50;
  switch (quantity) {
    case "latency":
    case "ttft":
      return scale(answer.latency, (isParallel(row) ? 1 : passes) * queuedBatches(row));
    case "sample-rate":
      return scale(itemRate, shareOf(row) / passes);
    case "power":
      return answer.power;
    case "energy-sample":
      return scale(energyPerItem, joules * passes);
    default:
      return null;
  }
}
