/**
 * Answers for models that read a batch once: networks, and transformers that only encode.
 *
 * Rates count whole batches one after another on every device; a row that names no batch is of a
 * benchmark that chooses the batch itself, and gets one that fills the device.
 */
import { reciprocal, scale, type Interval } from "../core/interval.ts";
import {
  estimateBatch,
  type BatchEstimate,
  type BatchQuery,
  type Coefficients,
  type Engine,
  type Infeasible,
  type SpreadName,
} from "../core/estimate/index.ts";
import { SINGLE_DEVICE, type Device, type Model, type System } from "../core/index.ts";
import { isDecoder, networkMacs } from "../core/model/index.ts";
import type { Seconds } from "../core/units.ts";
import { type Answer, refusalOf, unanswered, unlisted } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { aged, batchEngine } from "./engine.ts";
import {
  configured,
  gathered,
  instanceShare,
  limited,
  pooled,
  restricted,
  sparse,
  unrounded,
  wholeDevice,
} from "./configured.ts";
import { modelOf } from "./counted.ts";
import { chipsOf, choiceOf } from "./chosen.ts";
import { drawnLength, isDrawn, partsOf, staged } from "./drawn.ts";
import { answerLimit, tailAtLimit } from "./limits.ts";
import { metricOf } from "./metric.ts";
import {
  coreCopies,
  coresBusy,
  dealtOver,
  launchShare,
  devicesOf,
  instancesOf,
  passesOf,
  queuedBatches,
  streamShare,
  tailOf,
} from "./passes.ts";
import { isUnpadded } from "./padding.ts";
import { partlyQuantised } from "./partly-quantised.ts";
import { numericsOf } from "./precision.ts";
import { shareOf } from "./parallel.ts";
import { predictServing } from "./predict-serving.ts";
import { collection, isMlperf, type Row } from "./row.ts";
import { servedShare } from "./server.ts";
import { withoutPlace } from "./serving-query.ts";
import type { World } from "./world.ts";

/** Batches that a benchmark of throughput would try. */
const BATCHES_TRIED = [16, 32, 128];
/** On a CPU of many cores, each with its own. */
const BATCHES_HOST = [64, 512];

export function predictBatch(row: Row, world: World): Answer {
  if (NAMES_HOST.test(`${row.hardware}: ${row.engine}`)) return unanswered(HOST_NAMED);
  const found = world.device(wholeDevice(row));
  if (found === null) return unanswered(unlisted("device", row.hardware));
  const isPower = metricOf(row.metric, row.phase, row.unit).quantity === "power";
  const dealt = isPower ? 1 : dealtOver(row);
  const named = modelOf(row, world);
  if (named === null) return unanswered(unlisted("model", row.model));
  const { model } = named;
  if (isDecoder(model)) return predictServing(row, world);
  const ran = limited(
    gathered(restricted(configured(sparse(found, row), row), row), dealt * instanceShare(row)),
    row,
  );
  const device = model.kind === "transformer" ? unrounded(ran, row) : pooled(ran, row);
  const said = device.array === undefined ? row : { ...row, ...INTEGERS };
  const numerics = partlyQuantised(numericsOf(said, model, named.named), device, row);
  if (numerics === null) return unanswered(`precision "${row.precision_weights}" not known`);
  const input = inputTokens(row, model);
  if (input === null) return unanswered("condition missing: input length");
  if (isImpossible(row, model, device)) return unanswered(IMPOSSIBLE);
  if (device.array !== undefined && OWN_ENGINE.test(row.engine)) return unanswered(UNDESCRIBED);
  const passes = passesOf(row);
  const engine = batchEngine(world.engines, 1);
  if (engine === null) return unanswered("no engine in the catalogue");
  const tensor = splitOver(row, model);
  const replicas = Math.max(1, devicesOf(row) / dealt / tensor);
  const asked = {
    model,
    system: oneHost(withoutPlace(world.system(device)), replicas),
    placement: {
      parallel: { ...SINGLE_DEVICE, tensor },
      replicas,
      numerics,
      engine: withChoice(aged(row, launched(engine, row, world), device), choiceOf(row, model)),
    },
    input,
    output: 0,
    scores: /task fill-mask|ForMaskedLM/.test(row.notes),
    copies: instancesOf(row),
    ...(isTold(row, model) ? { texts: CAPTIONS } : {}),
    pictures: /\bE2E\b/.test(row.notes),
  };
  const limit = isLatency(row) ? answerLimit(row) : null;
  if (limit === null && isServed(row)) return unanswered("condition missing: bound on latency");
  const stated = limit === null ? batchOf(row, device) : 1;
  const times = (instancesOf(row) * (isParallel(row) ? passes : 1)) / partsOf(row, stated ?? 1);
  const answer = best(
    (stated === null ? (device.kind === "cpu" ? BATCHES_HOST : BATCHES_TRIED) : [stated]).map(
      (batch) => batch * times,
    ),
    asked,
    world.coefficients,
  );
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  const seen = {
    devices: replicas,
    passes,
    stream: (stated ?? 1) * times * replicas,
    isStream: device.dataflow !== undefined,
  };
  const interval = asSeen(answer, row, seen);
  if (interval === null) return unanswered("metric not predicted");
  if (limit !== null) return { interval: tailAtLimit(interval, limit) };
  return { interval, spread: spreadOf(row, model), traits: answer.traits };
}

function withChoice(engine: Engine, choice: Seconds): Engine {
  return choice === 0 ? engine : { ...engine, choice };
}

function spreadOf(row: Row, model: Model): SpreadName {
  switch (metricOf(row.metric, row.phase, row.unit).quantity) {
    case "energy-sample":
    case "samples-joule":
      return "energy";
    case "power":
      return "power";
    default:
      return model.kind === "network" ? "network" : "batch";
  }
}

/** Of arrays laid out in fabric, whatever the format a submission's weights were trained in ("fp32", of an INT8 engine). */
const INTEGERS = { precision_weights: "int8", precision_activations: "int8" };

/** Systems whose description leaves their accelerator out: NVIDIA's own implementation on a "CPU". */
const NAMES_HOST = /^CPU: .*: Nvidia inference/;
const HOST_NAMED = "set aside: its system names the host alone";

/** A submitter's engine of its own on a card of fabric: the card says nothing of what was laid out on it. */
const OWN_ENGINE = /^internal framework$/i;
const UNDESCRIBED = "condition missing: the engine laid out on the card";

const IMPOSSIBLE = "set aside: its rate needs more than the peak of its engines";

/** A server's latency follows from the bound that its rate was chosen under. */
function isServed(row: Row): boolean {
  return row.phase === "online_serving" && isLatency(row);
}

function isLatency(row: Row): boolean {
  return metricOf(row.metric, row.phase, row.unit).quantity === "latency";
}

/** Of arrays, whose every multiplier is counted: two rows printed in each other's place, a digit too many. */
function isImpossible(row: Row, model: Model, { array, peak }: Device): boolean {
  const isRate = metricOf(row.metric, row.phase, row.unit).quantity === "sample-rate";
  if (array === undefined || !isRate || model.kind !== "network") return false;
  return 2 * networkMacs(model) * row.value > (peak.int8 ?? Infinity);
}

/** Networks were measured on one machine, however many devices it has. */
function oneHost(system: System, devices: number): System {
  return { ...system, perHost: Math.max(system.perHost, devices) };
}

/** Devices that an encoder is split over; tables of Neuron count cores, and one chip's cores are one device. */
function splitOver({ tp = 1, engine }: Row, model: Model): number {
  return model.kind === "transformer" && !/neuron/i.test(engine) ? tp : 1;
}

/** Samples that one device takes at once; null where the benchmark chose them. */
function batchOf(row: Row, { array, units = 1 }: Device): number | null {
  const stated = pressureOf(row)?.requests;
  if (stated !== undefined) return Math.max(1, Math.round(streamShare(row, stated) / chipsOf(row)));
  if (row.phase !== "single_batch_latency" || isOfStreams(row)) return null;
  return array === undefined ? 1 : (array.together ?? units);
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
  [/aws neuron|neuron sdk|neuronx?\b|gaudi|habana/i, "static"],
  [/pytorch|hugging|paddle|diffusers/i, "pytorch"],
  [/tensorflow(?!-?lite)/i, "tensorflow"],
  [/mxnet/i, "mxnet"],
  [/onnx ?runtime/i, "onnxruntime"],
  [/openvino/i, "openvino"],
];

/** Whose cores meet as those of MLPerf's submissions, in C++ on graphs of the framework they name. */
const GRAPHS = "openvino";

/** Frameworks launch layer by layer from the host; compilers of whole graphs do not, nor frameworks patched to hand theirs to an array. */
function launched(engine: Engine, row: Row, world: World): Engine {
  const isPatched = /custom patches/.test(row.engine);
  const id = isPatched ? undefined : FRAMEWORKS.find(([words]) => words.test(row.engine))?.[1];
  const found = world.engines.find((each) => each.id === id);
  if (found === undefined) return engine;
  const isCompiled = /compile/.test(row.engine_version);
  const { launch, choice, scorePasses = 0, attentionPerCycle, graphs } = found;
  const isOwn = isMlperf(row) && !/MLCommons/.test(row.engine);
  const { barrier } =
    (isOwn ? world.engines.find(({ id: each }) => each === GRAPHS) : found) ?? found;
  const isFused =
    isCompiled || /int8/i.test(row.precision_weights) || collection(row).startsWith("ml");
  return {
    ...engine,
    id: found.id,
    ...(launch === undefined || isCompiled ? {} : { launch: launch * launchShare(row) }),
    ...(barrier === undefined ? {} : { barrier }),
    ...(choice === undefined ? {} : { choice }),
    ...(attentionPerCycle === undefined ? {} : { attentionPerCycle }),
    ...(found.eager === true && !isFused ? { eager: true } : {}),
    scorePasses: isCompiled ? 0 : scorePasses,
    graphs: graphs || isCompiled,
  };
}

/**
 * Mean tokens of a question with its paragraph in SQuAD v1.1, of 384 at most, which is what MLPerf's rows print.
 *
 * Source: assumption; SQuAD v1.1 paragraphs average 120 words and questions 10
 */
const SQUAD_TOKENS = 178;
const SQUAD_PADDED = 384;

/**
 * Tokens a sentence or a question with its paragraph is padded to, where a table names the task alone.
 *
 * Source: huggingface/transformers examples/pytorch: run_glue.py (max_seq_length 128), run_qa.py (384)
 */
const TASK_TOKENS: readonly (readonly [RegExp, number])[] = [
  [/\b(MRPC|SST-2|STSB|RTE|COLA|QNLI)\b/, 128],
  [/\bSQuAD\b/, 384],
];

/** Tokens of text of one sample; 0 where a model's input has one size, null where nobody says. */
function inputTokens(row: Row, model: Model): number | null {
  if (model.kind === "network" || model.stacks.at(-1)?.embedding.kind !== "tokens") return 0;
  if (isMlperf(row)) {
    return isUnpadded(row) ? SQUAD_TOKENS : (row.input_tokens ?? SQUAD_PADDED);
  }
  const { input_tokens: stated } = row;
  const requests = pressureOf(row)?.requests ?? 1;
  if (stated !== undefined) return isDrawn(row) ? drawnLength(requests, stated) : stated;
  if (isTold(row, model)) return CAPTION_TOKENS;
  return TASK_TOKENS.find(([task]) => task.test(row.model))?.[1] ?? null;
}

/**
 * Captions that a call of CLIP compares all of its images with, and tokens of one.
 *
 * Source: aws-neuron/aws-neuron-sdk src/benchmark/pytorch/hf-openai-clip_benchmark.py ("a photo of" each of a hundred classes, padded)
 */
const CAPTIONS = 100;
const CAPTION_TOKENS = 9;

/** Pictures told apart by captions, of which the row says nothing. */
function isTold({ notes }: Row, model: Model): boolean {
  if (model.kind === "network" || !notes.startsWith("Image Classification")) return false;
  const [first] = model.stacks;
  return first?.embedding.kind !== "tokens" && model.stacks.at(-1)?.embedding.kind === "tokens";
}

/** Passes of one sample that need not wait for each other. */
function isParallel(row: Row): boolean {
  return !/diffusion|\bwan/i.test(row.model) && !/steps/.test(row.notes);
}

/** Rate of batches that wait for each other, as each core's do in Neuron's tables, over that of batches whose transfers and host's work overlap. */
function aloneShare({ latency, itemRate }: BatchEstimate, row: Row, items: number): number {
  const isAlone =
    coreCopies(row) !== null ||
    (row.phase === "single_batch_latency" && instancesOf(row) === 1 && queuedBatches(row) === 1);
  return isAlone ? items / latency.p50 / itemRate.p50 : 1;
}

/**
 * Joules of the whole system for one query, of one sample or of eight: one device computes it, and all wait.
 *
 * Source: mlcommons/inference_policies, power_measurement.adoc (power at the wall); inference_rules.adoc (streams)
 */
const STREAM_ENERGY = "energy_per_stream";

/** Streams that are each served a sample a period: until v1.1, MultiStream counted them. */
function isOfStreams({ metric }: Row): boolean {
  return metric.endsWith("_streams");
}

/** Source: mlcommons/inference v0.5 to v1.0 mlperf.conf, MultiStream.target_latency: 66 ms of ssd-resnet34, 50 ms of others */
function streamPeriod({ model }: Row): Seconds {
  return /ssd-(large|resnet34)/.test(model) ? 0.066 : 0.05;
}

interface Seen {
  readonly devices: number;
  readonly passes: number;
  /** Items that all devices would compute in the time that one of them takes for a stream's samples. */
  readonly stream: number;
  /** Samples stream through the device, one after another, also where a table's batch is one. */
  readonly isStream: boolean;
}

function asSeen(
  answer: BatchEstimate,
  row: Row,
  { devices, passes, stream, isStream }: Seen,
): Interval | null {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const { itemRate, energyPerItem, devicePower } = answer;
  if (row.metric === STREAM_ENERGY) return scale(energyPerItem, stream);
  const joules = (devicePower.p50 * devices) / itemRate.p50 / energyPerItem.p50;
  switch (quantity) {
    case "latency":
    case "ttft":
      return scale(
        answer.latency,
        (isParallel(row) ? 1 : passes) *
          queuedBatches(row) *
          tailOf(row) *
          staged(row, pressureOf(row)?.requests ?? 1),
      );
    case "sample-rate":
      if (isOfStreams(row)) return scale(itemRate, streamPeriod(row));
      return scale(
        itemRate,
        (shareOf(row) *
          (isStream ? 1 : aloneShare(answer, row, stream)) *
          coresBusy(row) *
          servedShare(row, itemRate.p50 / passes)) /
          passes,
      );
    case "power":
      return answer.power;
    case "energy-sample":
      return scale(energyPerItem, joules * passes);
    case "samples-joule":
      return reciprocal(scale(energyPerItem, joules * passes));
    default:
      return null;
  }
}
