/**
 * Answers for models that read a batch once: networks, and transformers that only encode.
 *
 * Rates count whole batches one after another on every device; a row that names no batch is of a
 * benchmark that chooses the batch itself, and gets one that fills the device.
 */
import { scale, type Interval } from "../core/interval.ts";
import { estimateBatch, type BatchEstimate, type Engine } from "../core/estimate/index.ts";
import { SINGLE_DEVICE, type Model } from "../core/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { batchEngine } from "./engine.ts";
import { imageOf } from "./image.ts";
import { metricOf, type Quantity } from "./metric.ts";
import { instancesOf, passesOf } from "./passes.ts";
import { numericsOf } from "./precision.ts";
import { predictServing, shareOf } from "./predict-serving.ts";
import { collection, type Row } from "./row.ts";
import { withoutPlace } from "./serving-query.ts";
import type { World } from "./world.ts";

/** Samples of a batch that a benchmark chose for throughput. */
const BATCH_CHOSEN = 64;

export function predictBatch(row: Row, world: World): Answer {
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
  const batch = batchOf(row) * instancesOf(row) * (isParallel(row) ? passes : 1);
  const engine = batchEngine(world.engines, batch);
  if (engine === null) return unanswered("no engine in the catalogue");
  const replicas = Math.max(1, row.accelerators ?? 1);
  const answer = estimateBatch({
    model,
    system: withoutPlace(world.system(device)),
    placement: { parallel: SINGLE_DEVICE, replicas, numerics, engine: launched(engine, row) },
    batch,
    input,
    output: 0,
  });
  if (answer.kind === "infeasible") return unanswered(`infeasible: ${answer.reason}`);
  const interval = asSeen(answer, row, replicas, passes);
  if (interval === null) return unanswered("metric not predicted");
  return DRAWS.has(metricOf(row.metric, row.phase, row.unit).quantity)
    ? { interval }
    : { interval, spread: model.kind === "network" ? "network" : "batch" };
}

/** Quantities whose width is made of power's and time's. */
const DRAWS: ReadonlySet<Quantity> = new Set(["power", "energy-sample"]);

function isDecoder(model: Model): boolean {
  return model.kind === "transformer" && model.stacks.at(-1)?.role === "decoder";
}

/** Samples that one device takes at once. */
function batchOf(row: Row): number {
  const stated = pressureOf(row)?.requests;
  if (stated !== undefined) return Math.max(1, Math.round(stated));
  return row.phase === "single_batch_latency" ? 1 : BATCH_CHOSEN;
}

/** Frameworks launch each kernel from the host; compilers of whole graphs do not. */
function launched(engine: Engine, row: Row): Engine {
  const isEager =
    /pytorch|tensorflow|mxnet|hugging/i.test(row.engine) && !/compile/.test(row.engine_version);
  return { ...engine, graphs: !isEager };
}

/**
 * Mean tokens of a question with its paragraph in SQuAD v1.1, of 384 at most: submissions remove padding.
 *
 * Source: assumption; SQuAD v1.1 paragraphs average 120 words and questions 10
 */
const SQUAD_TOKENS = 178;

/** Tokens of text of one sample; 0 where a model's input has one size, null where nobody says. */
function inputTokens(row: Row, model: Model): number | null {
  if (model.kind === "network" || model.stacks.at(-1)?.embedding.kind !== "tokens") return 0;
  if (/^(mlpi|mlperf)/.test(collection(row))) return SQUAD_TOKENS;
  return row.input_tokens ?? null;
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
      return isParallel(row) ? answer.latency : scale(answer.latency, passes);
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
