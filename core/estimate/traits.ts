/**
 * What a question is like, as figures that residuals may depend on: formats, split, device, engine,
 * lengths and load, sizes as powers of two. Neither a device nor a model appears by name.
 *
 * Source: notes/001-way-of-the-data.md
 */
import type { Device } from "../catalogue/index.ts";
import { hasExperts, hasMixer, isDecoder, type Model } from "../model/index.ts";
import { PRECISION_BITS, type Numerics } from "../precision.ts";
import { type BatchShape } from "./batch-shape.ts";
import { NEWEST } from "./engine.ts";
import { usualFormat } from "./laws/index.ts";
import type { Traits } from "./log-linear.ts";
import { laneCount, poolDevices } from "./pool-size.ts";
import type { Load, OperatorTime, Placement, System } from "./types.ts";

export interface Asked {
  readonly model: Model;
  readonly system: System;
  readonly placement: Placement;
}

/** Of a placement, whatever its load. */
export function placementTraits({ model, system, placement }: Asked): Traits {
  const { parallel, engine, numerics, prefill } = placement;
  return {
    ...deviceTraits(system.device),
    ...modelTraits(model),
    ...formatTraits(numerics),
    [`engine ${engine.id}`]: 1,
    ...(hasExperts(model) ? { [`${engine.id} experts ${numerics.experts.name}`]: 1 } : {}),
    age: engine.age ?? 0,
    maturity: maturity(system.device, engine.age),
    eager: engine.graphs ? 0 : 1,
    tensor: Math.log2(parallel.tensor),
    pipeline: Math.log2(parallel.pipeline),
    data: Math.log2(parallel.data),
    expert: Math.log2(parallel.expert),
    apart: prefill === undefined ? 0 : 1,
  };
}

interface Served {
  readonly placement: Placement;
  readonly traits: Traits;
  /** Those that compute prompts; null where they are not apart. */
  readonly prefill: Pick<Served, "placement"> | null;
}

/** Of a service under load, which pools apart meet with all their replicas. */
export function servingTraits({ placement, traits, prefill }: Served, load: Load): Traits {
  const { parallel, engine } = placement;
  const replicas = prefill === null ? 1 : placement.replicas;
  const places = laneCount(parallel) * replicas * engine.sequencesMax;
  const queued = load.concurrency / places;
  return {
    ...traits,
    concurrency: Math.log2(Math.min(load.concurrency, places)),
    queued: Math.log2(Math.max(1, queued)),
    input: Math.log2(load.input.mean),
    output: Math.log2(load.output.mean),
    spread: load.output.variation,
  };
}

/** Of one batch after another, and of its first phase, whose operators stand for `phase.batch` samples; prompts wait for no small exchanges. */
export function batchTraits(
  asked: Asked,
  shape: BatchShape,
  phase: { readonly prompt: readonly OperatorTime[]; readonly batch: number },
): Traits {
  const { batch, input, output } = shape;
  const decoding = output > 1 ? 1 : 0;
  const placed = placementTraits(asked);
  return {
    ...placed,
    tensor: decoding * (placed["tensor"] ?? 0),
    ...(asked.model.kind === "network"
      ? workTraits(phase.prompt, asked.system.device, phase.batch)
      : {}),
    devices: Math.log2(poolDevices(asked.placement)),
    concurrency: Math.log2(batch),
    input: Math.log2(1 + input),
    output: Math.log2(1 + output),
    decoding,
    reading: output <= 1 && isDecoder(asked.model) ? 1 : 0,
  };
}

/**
 * Shares of a network's time by what it is spent on, and its work a sample (`work`, log2 of GFLOP).
 *
 * On other devices than GPUs each share is a trait of the kind of device too ("asic depthwise"), since kinds err differently.
 */
function workTraits(operators: readonly OperatorTime[], { kind }: Device, batch: number): Traits {
  const times = operators.map(({ time, operator }) => time * operator.count);
  const all = times.reduce((sum, time) => sum + time, 0) || 1;
  const share = (meant: (operator: OperatorTime) => boolean) =>
    operators.reduce((sum, each, at) => sum + (meant(each) ? (times[at] ?? 0) : 0), 0) / all;
  const shares = {
    starting: share(({ bound }) => bound === "overhead"),
    streaming: share(({ bound }) => bound === "memory"),
    depthwise: share(({ operator: { work } }) => work.kind === "convolution" && work.n === 1),
    grouped: share(({ operator: { work } }) => work.kind === "convolution" && work.groups > 1),
    spatial: share(
      ({ operator: { work } }) => work.kind === "convolution" && isVolume(work.kernel),
    ),
    recurring: share(({ operator: { work } }) => work.kind === "recurrent"),
    looking: share(({ operator: { work } }) => work.kind === "gather"),
    attending: share(({ operator: { work } }) => work.kind === "attention"),
  };
  const flops = operators.reduce((sum, { operator }) => sum + operator.flops * operator.count, 0);
  const onKind = Object.entries(shares).map(([name, value]) => [`${kind} ${name}`, value] as const);
  return {
    ...shares,
    ...Object.fromEntries(kind === "gpu" ? [] : onKind),
    work: Math.log2(1 + flops / batch / GIGA),
  };
}

function isVolume(kernel: readonly number[]): boolean {
  return kernel.length > 2;
}

/** Year that launches are counted from, to keep weights of a size. */
const YEAR_FIRST = 2020;
const GIGA = 1e9;
/** Years from a device's launch to the engine's release, 0 to 2: the time there was to tune software for it. */
function maturity({ launched }: Device, age = 0): number {
  if (launched === undefined) return MATURE;
  const [year = YEAR_FIRST, month = 1] = launched.split("-").map(Number);
  return Math.min(MATURE, Math.max(0, NEWEST - age - year - (month - 1) / 12));
}

const MATURE = 2;
/** FLOP a byte of the median data-centre GPU. */
const RIDGE_USUAL = 256;

export function deviceTraits(device: Device): Traits {
  const peak = usualFormat(device)?.peak;
  const { bandwidth = GIGA } = device.memory ?? {};
  const year = Number(device.launched?.slice(0, 4) ?? YEAR_FIRST);
  return {
    [`kind ${device.kind}`]: 1,
    launch: year - YEAR_FIRST,
    bandwidth: Math.log2(bandwidth / GIGA),
    ridge: peak === undefined ? 0 : Math.log2(peak / bandwidth / RIDGE_USUAL),
    unlinked: device.link === undefined ? 1 : 0,
    cool: coolness(device, peak),
    systolic: device.systolic === undefined ? 0 : 1,
    announced: device.status === "announced" ? 1 : 0,
  };
}

/** log2 of a GPU's rate a watt over that of an A100: a higher one has to lower its clock under load. */
function coolness({ kind, power }: Device, peak: number | undefined): number {
  if (kind !== "gpu" || power?.max === undefined || peak === undefined) return 0;
  return Math.log2(peak / power.max / FLOPS_A_WATT);
}

/** A100 SXM. */
const FLOPS_A_WATT = 0.78e12;

export function modelTraits(model: Model): Traits {
  const stack = model.kind === "network" ? undefined : model.stacks.at(-1);
  if (stack === undefined) return { network: 1 };
  return {
    encoder: stack.role === "decoder" ? 0 : 1,
    hidden: Math.log2(stack.hidden),
    experts: hasExperts(model) ? 1 : 0,
    latent: hasMixer(stack, "latent-attention") ? 1 : 0,
    recurrent: hasMixer(stack, "state-space", "delta-rule") ? 1 : 0,
  };
}

export function formatTraits({ linear, experts, compute }: Numerics): Traits {
  return {
    [`computes ${compute.linear}`]: 1,
    [`stores ${linear.name}`]: 1,
    [`experts ${experts.name}`]: 1,
    bits: Math.log2(linear.bits),
    widened: Math.log2(PRECISION_BITS[compute.linear] / linear.bits),
  };
}
