/**
 * What a training step is like, as figures that residuals may depend on: model, formats, split, how its
 * software works, and what the physics says the time goes to. Neither a device nor a model appears by name.
 *
 * Source: notes/001-way-of-the-data.md
 */
import { hasExperts, type Network, type Transformer } from "../model/index.ts";
import type { Numerics, Storage } from "../precision.ts";
import { deviceTraits, formatTraits, modelTraits } from "./traits.ts";
import type { Traits } from "./log-linear.ts";
import type { Seconds } from "../units.ts";
import { trainedDevices } from "./training-work.ts";
import type { TrainingParts, TrainingQuery } from "./training-types.ts";
import type { OperatorTime } from "./types.ts";

export interface StepShape {
  readonly timed: readonly OperatorTime[];
  readonly parts: TrainingParts;
}

/** Seconds of a whole step. */
export function stepTime(parts: TrainingParts): Seconds {
  return Object.values(parts).reduce((sum: number, part: number) => sum + part, 0);
}

/**
 * `of cards`: what is no traffic, where kernels are fused, on a device without links, such as a card in a slot; air and a slot feed it less than a board of
 * modules, and its clock falls under products that follow one another.
 *
 * Of language models sizes, splits, batches and the device's year are left out: physics knows what they cost,
 * and in the evidence they stand for the library that was used.
 */
export function trainingTraits(query: TrainingQuery, shape: StepShape): Traits {
  const { model, system, numerics, split } = query;
  const devices = trainedDevices(split);
  const perHost = Math.min(devices, system.perHost);
  const copies = Math.min(split.data * split.context, devices / perHost);
  const seconds = stepTime(shape.parts);
  const ofDevice = deviceTraits(system.device);
  const { launch = 0, unlinked = 0, ...others } = ofDevice;
  const spent = shares(shape, seconds);
  return {
    ...others,
    unlinked,
    "of cards": query.eager ? 0 : unlinked * (1 - (spent["of traffic"] ?? 0)),
    ...(model.kind === "network"
      ? { ...networkTraits(model, query, shape, perHost / devices / seconds), launch }
      : languageTraits(model, numerics)),
    ...softwareTraits(query),
    ...spent,
    hosts: Math.log2(Math.max(1, copies)),
  };
}

function languageTraits(model: Transformer, numerics: Numerics): Traits {
  const { experts = 0, latent = 0, recurrent = 0 } = modelTraits(model);
  const wide = numerics.compute.linear === "fp32" ? 1 : 0;
  return { experts, latent, recurrent, wide, [`experts ${numerics.experts.name}`]: experts };
}

/** `stepsPerHost`: steps a second, of the share of a batch that one host has. */
function networkTraits(
  model: Network,
  { microBatch, batch, numerics }: TrainingQuery,
  { timed }: StepShape,
  stepsPerHost: number,
): Traits {
  const dimensions = model.nodes.flatMap(({ work }) =>
    work.kind === "convolution" ? [work.kernel.length] : [],
  );
  return {
    series: Math.max(0, ...dimensions) === 1 ? 1 : 0,
    volumes: Math.max(0, ...dimensions) === 3 ? 1 : 0,
    "of depthwise": depthwiseShare(timed),
    ...formatTraits(halved(numerics)),
    micro: Math.log2(microBatch),
    fed: Math.log2(batch * stepsPerHost),
    launched: Math.log2(meanTime(timed) / LAUNCH_USUAL),
  };
}

/** Formats of 16 bits as one: matrix units multiply both at one rate, and only software's age tells them apart. */
function halved(numerics: Numerics): Numerics {
  const { compute, linear } = numerics;
  if (compute.linear !== "fp16") return numerics;
  const half = (format: Storage): Storage =>
    format.name === "fp16" ? { ...format, name: "bf16" } : format;
  return {
    ...numerics,
    linear: half(linear),
    experts: half(numerics.experts),
    compute: { ...compute, linear: "bf16" },
  };
}

/** Of a forward pass, convolutions of a channel each, which have nothing to multiply by the matrix. */
function depthwiseShare(timed: readonly OperatorTime[]): number {
  let whole = 0;
  let depthwise = 0;
  for (const { operator, time } of timed) {
    const each = operator.count * time;
    whole += each;
    const { work } = operator;
    if (work.kind === "convolution" && work.groups > 1 && work.n === 1) depthwise += each;
  }
  return depthwise / whole;
}

/** Seconds of a kernel that a framework launches without being seen. */
const LAUNCH_USUAL = 1e-5;

function meanTime(timed: readonly OperatorTime[]): number {
  let time = 0;
  let count = 0;
  for (const each of timed) {
    time += each.operator.count * each.time;
    count += Math.max(1, each.operator.count);
  }
  return Math.max(time / count, 1e-7);
}

/** Years after the launch of a device that its software has settled. */
const SETTLED = 3;

function softwareTraits(query: TrainingQuery): Traits {
  const { eager, attention, sharding, tuned, system, released } = query;
  const launched = yearOf(system.device.launched);
  const settled = released === undefined || launched === null ? SETTLED : released - launched;
  const early = SETTLED - Math.max(0, Math.min(SETTLED, settled));
  return {
    eager: eager ? 1 : 0,
    "channels first": query.channelsFirst === true ? 1 : 0,
    "scores kept apart": attention === "scores" ? 1 : 0,
    sharding,
    adapters: tuned === "adapters" ? 1 : 0,
    unsettled: early,
    "unsettled experts": hasExperts(query.model) ? early : 0,
  };
}

/** Year and month as a fraction; null for a device whose launch no source gives. */
function yearOf(launched: string | undefined): number | null {
  const [year, month = "1"] = launched?.split("-") ?? [];
  return year === undefined ? null : Number(year) + (Number(month) - 1) / 12;
}

/** Of the step, what waits for others; of a forward pass, what is no product. */
function shares({ timed, parts }: StepShape, seconds: number): Traits {
  const { bubble, exchange, optimiser, host } = parts;
  const spent = { routed: 0, attention: 0, elementwise: 0, grouped: 0, gather: 0, recurrent: 0 };
  let whole = 0;
  for (const { operator, time } of timed) {
    const each = operator.count * time;
    whole += each;
    const { kind } = operator.work;
    if (kind === "grouped-matmul") spent.grouped += each;
    else if (operator.name.startsWith("experts/") && kind === "collective") spent.routed += each;
    else if (kind in spent) spent[kind as keyof typeof spent] += each;
  }
  return {
    "of bubble": bubble / seconds,
    "of exchange": exchange / seconds,
    "of optimiser": optimiser / seconds,
    "of host": host / seconds,
    "of routing": spent.routed / whole,
    "of attention": spent.attention / whole,
    "of traffic": spent.elementwise / whole,
    "of experts": spent.grouped / whole,
    "of tables": spent.gather / whole,
    "of recurrence": spent.recurrent / whole,
  };
}
