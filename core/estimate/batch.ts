/**
 * One batch after another, no queue: latency and rate of encoders, networks and static decoding.
 *
 * Groups and replicas each take their own batch; the stages of a pipeline hold different batches, so its rate is that of one stage.
 * Batches of a model that only reads are queued ahead of the device, so the host costs nothing; decoding waits for it each step.
 *
 * Source: notes/032-modelling.md, 1 and 7
 */
import { assert } from "../assert.ts";
import type { Device } from "../catalogue/index.ts";
import { reciprocal, scale, sum, weakest, type Interval } from "../interval.ts";
import { isDecoder, type Model } from "../model/index.ts";
import { expand, type Operator } from "../operators/index.ts";
import type { Fraction, Seconds } from "../units.ts";
import { assumedDevice } from "./assumed-device.ts";
import { type PhaseTargets, phaseTargets } from "./batch-target.ts";
import { decodeCount, decodeSteps, promptOperators } from "./batch-phases.ts";
import { programs, type BatchShape } from "./batch-shape.ts";
import { bill } from "./bill.ts";
import { streamBatch, streamed } from "./dataflow.ts";
import { type Coefficients, SHIPPED } from "./coefficients.ts";
import { correctionFactor, correctionNotes } from "./correction.ts";
import { correctedDraw, deviceDraw } from "./device-draw.ts";
import { engineOn } from "./engine.ts";
import { hostCost, hostTime } from "./host-cost.ts";
import { answerTime, hostWork } from "./host-work.ts";
import { poolDevices, poolLanes } from "./pool-size.ts";
import { doubtOf, quotient, unseenNotes, widened } from "./intervals.ts";
import { launchTime, launchTraits, operatorCount } from "./launching.ts";
import type { Traits } from "./log-linear.ts";
import { batchTraits } from "./traits.ts";
import { compiled, operatorTime, substitutions, type Target, withPeaks } from "./laws/index.ts";
import { infeasible } from "./infeasible.ts";
import { memory } from "./memory.ts";
import { weightsProblem } from "./weights-fit.ts";
import { shareTraits } from "./step-parts.ts";
import { total } from "./step-cost.ts";
import { type PeakTime, peakTime, utilisation } from "./peak-time.ts";
import { pieceCount, stagedTimes } from "./prompt-pieces.ts";
import { copyTime, transferTime } from "./host-link.ts";
import type { Engine, Infeasible, OperatorTime, Placement, System } from "./types.ts";

export interface BatchQuery extends BatchShape {
  readonly model: Model;
  readonly system: System;
  readonly placement: Placement;
  /** Time of a network's batch as a profile of this very machine has it, in place of the laws'. */
  readonly known?: Interval;
}

export interface BatchEstimate {
  readonly kind: "batch-estimate";
  /** From the batch's start to its end. */
  readonly latency: Interval;
  /** To the first token; all of it for models that only read. */
  readonly prefill: Interval;
  /** Mean decode step; null where nothing is decoded. */
  readonly tokenTime: Interval | null;
  /** Between host and device: part of the latency; hidden behind the work of other batches in the rate. */
  readonly transfer: Seconds;
  /** Of the processor aboard, for a batch of pictures: part of the latency, shared by its cores in the rate. */
  readonly hosted: Seconds;
  /** Inputs a second, all replicas. */
  readonly itemRate: Interval;
  readonly devicePower: Interval;
  /** At the wall. */
  readonly power: Interval;
  readonly energyPerItem: Interval;
  readonly costPerHour: Interval | null;
  readonly costPerItem: Interval | null;
  readonly carbonPerItem: Interval | null;
  readonly utilisation: Fraction;
  /** What corrections and interval widths were looked up by; sizes as powers of two. */
  readonly traits: Traits;
  readonly operators: readonly OperatorTime[];
  readonly decode: readonly OperatorTime[];
  readonly assumptions: readonly string[];
}

/** Errors: "infeasible" for memory, split, format or figures that the placement lacks. */
export function estimateBatch(
  asked: BatchQuery,
  coefficients: Coefficients = SHIPPED,
): BatchEstimate | Infeasible {
  const system = { ...asked.system, device: assumedDevice(asked.system.device) };
  const query = { ...asked, system };
  const { model } = query;
  const samples = query.batch / programs(query, system.device);
  const onlyReads = decodeCount(model, query) === 0;
  const own = { ...query, batch: onlyReads ? streamBatch(samples, system.device) : samples };
  const engine = engineOn(query.placement.engine, system.device);
  const placement = { ...query.placement, engine };
  const lacking = memoryLacking({ ...query, placement });
  if (lacking !== null) return lacking;
  const { device } = system;
  const ready = phaseTargets(system, engine, query.batch, coefficients.laws);
  if ("kind" in ready) return ready;
  const prompt = promptOperators(model, placement, own, device.array?.sums === undefined);
  const replaced = substitutions(prompt, ready.prompt);
  if ("kind" in replaced) return replaced;
  const timedRun = timed(
    { ...own, placement },
    prompt,
    onlyReads ? { ...ready, prompt: compiled(shared(ready.prompt, query), own.batch) } : ready,
  );
  const run =
    device.dataflow === undefined ? timedRun : ofStream(timedRun, samples, own.batch, device);
  if (run.prefill + run.decodeTime === 0) return IDLE;
  const assumptions = [...device.assumptions, ...replaced];
  return assembled({ query: { ...query, placement }, run, coefficients, assumptions });
}

const IDLE = infeasible("figures", "nothing of it is known to take time: no operator has work");

function memoryLacking({
  model,
  system,
  placement,
  batch,
  input,
  output,
}: BatchQuery): Infeasible | null {
  if (model.kind === "network" || decodeCount(model, { batch, input, output }) === 0) {
    return weightsProblem(model, placement, system.device);
  }
  const still = { variation: 0 };
  const load = {
    input: { mean: input, ...still },
    output: { mean: output, ...still },
    cached: 0,
    concurrency: batch,
  };
  const held = memory({ model, system, placement, load });
  if ("reason" in held) return held;
  const needed = batch * placement.parallel.data * (input + output);
  if (needed <= held.tokensMax) return null;
  const available = held.tokensMax;
  return infeasible("cache", "the cache does not hold the batch", { needed, available });
}

/**
 * Copies on a processor are programs, each with its part of the cores and the bandwidth, which read weights of their
 * own; on a card they read the same weights at the same time. Either has its part of the cache.
 */
function shared(ready: Target, { copies = 1 }: BatchShape): Target {
  if (copies === 1) return ready;
  const { cache, units, bandwidth, device } = ready;
  const own = { ...ready, cache: cache / copies };
  if (device.kind !== "cpu") return own;
  const formats = withPeaks(ready.formats, ({ peak }) => peak / copies);
  const { vector } = device;
  const part = vector === undefined ? device : { ...device, vector: vector / copies };
  return { ...own, units: units / copies, bandwidth: bandwidth / copies, formats, device: part };
}

/** A run timed at `batch` in flight, as `samples` of its stream. */
function ofStream(run: Run, samples: number, batch: number, device: Device): Run {
  const share = samples / batch;
  const { latency, pace } = streamed(samples, run.prefill / batch, run.prompt, device);
  const { compute, memory, busy } = run.peak;
  const peak = { compute: share * compute, memory: share * memory, busy: share * busy };
  return { ...run, prefill: latency, pace, peak };
}

interface Run {
  /** Samples that the operators stand for. */
  readonly batch: number;
  /** Of the latency, from one batch to the next. */
  readonly pace: Fraction;
  readonly prompt: readonly OperatorTime[];
  readonly decode: readonly OperatorTime[];
  readonly decodeCount: number;
  readonly prefill: Seconds;
  readonly decodeTime: Seconds;
  readonly peak: PeakTime;
}

function timed(query: BatchQuery, operators: readonly Operator[], ready: PhaseTargets): Run {
  const { model, placement, batch } = query;
  const { parallel, numerics, engine } = placement;
  const prompt = operators.map((one) => operatorTime(one, ready.prompt));
  const count = decodeCount(model, query);
  const host = count === 0 ? 0 : hostTime(hostCost(engine.id), batch, { ...parallel, pipeline: 1 });
  const parts = model.kind === "network" || count === 0 ? [] : decodeSteps(model, query, engine);
  const decodes = parts.map(({ step, times }): Decodes => {
    assert(model.kind === "transformer", "networks do not decode");
    const each = expand({ model, step, parallel, numerics });
    return { times, operators: each.map((one) => operatorTime(one, ready.decode)) };
  });
  const read = peakTime(prompt, ready.prompt);
  // Power is of shares of the device's own bandwidth, whatever of it the kernels reach.
  const { bandwidth = ready.decode.bandwidth } = query.system.device.memory ?? {};
  const whole = { ...ready.decode, bandwidth };
  const written = (of: keyof PeakTime) =>
    weighed(decodes, ({ operators: each }) => peakTime(each, whole)[of]);
  return {
    batch,
    pace: 1,
    prompt,
    decode: decodes[1]?.operators ?? [],
    decodeCount: count,
    prefill:
      promptStages(query) * hosted(prompt, engine, query) +
      answerTime(model, query.system.device, batch) +
      host,
    decodeTime: weighed(decodes, (each) => parallel.pipeline * total(each.operators) + host),
    peak: {
      compute: read.compute + written("compute"),
      memory: read.memory + written("memory"),
      busy: read.busy + written("busy"),
    },
  };
}

/** Time of a prompt over that of one stage. */
function promptStages({ model, placement: { parallel, engine }, input }: BatchQuery): number {
  const stack = model.kind === "network" ? undefined : model.stacks.at(-1);
  if (stack === undefined) return parallel.pipeline;
  return stagedTimes(engine, stack, parallel.pipeline, pieceCount(engine, input));
}

/**
 * A framework launches layer by layer ahead of the device, which waits where its work is the shorter; on a CPU it is
 * the device that launches.
 */
function hosted(
  operators: readonly OperatorTime[],
  engine: Engine,
  { model, system: { device }, copies = 1 }: BatchQuery,
): Seconds {
  const { barrier = 0, choice = 0, reading = 0 } = engine;
  const cores = device.kind === "cpu" && barrier > 0 ? (device.units ?? 1) / copies : 0;
  const scores = operators.reduce(
    (sum, { operator: { work, count } }) =>
      sum + (work.kind === "host" ? work.elements * count : 0),
    0,
  );
  const busy = Math.max(total(operators), launchTime(engine, device, operators));
  const meeting = barrier + MEETING_CORE * cores + (isDecoder(model) ? reading : 0);
  return busy + meeting * operatorCount(operators) + choice * scores;
}

/** Of each thread that others wait for at the end of an operator. */
const MEETING_CORE = 0.4e-6;

interface Decodes {
  readonly times: number;
  readonly operators: readonly OperatorTime[];
}

function weighed(decodes: readonly Decodes[], weigh: (each: Decodes) => number): number {
  return decodes.reduce((sum, each) => sum + each.times * weigh(each), 0);
}

interface Parts {
  readonly query: BatchQuery;
  readonly run: Run;
  readonly coefficients: Coefficients;
  readonly assumptions: readonly string[];
}

function assembled({ query, run, coefficients, assumptions }: Parts): BatchEstimate {
  const { system, placement, batch } = query;
  const { parallel } = placement;
  const { widths, corrections, laws } = coefficients;
  const traits = {
    ...batchTraits(query, query, run),
    ...shareTraits(run.decodeCount === 0 ? run.prompt : run.decode, 0),
    ...(run.decodeCount === 0 ? launchTraits(placement.engine, system.device, run.prompt) : {}),
  };
  const name = query.model.kind === "network" ? "network" : "batch";
  const named = { name, widths, traits, device: system.device.id } as const;
  const factor = correctionFactor(corrections, name, traits, system.device.id);
  const reads = { ...named, name: isDecoder(query.model) ? "prompt" : name } as const;
  const prefill = query.known ?? widened(factor * run.prefill, doubtOf(run.prompt), reads);
  const decode = widened(factor * run.decodeTime, doubtOf(run.decode), named);
  const transfer = transferTime(query.model, placement.numerics, system.device, query);
  const busy = run.decodeCount === 0 ? prefill : sum([prefill, decode]);
  const hosted = hostWork(query.model, system.device, query);
  const copied = transfer + copyTime(query.model, system.device, query);
  const latency = shifted(busy, copied + hosted.latency);
  const items = batch * poolLanes(placement);
  const beside = Math.max(transfer, hosted.pace);
  const itemRate = reciprocal(scale(busy, Math.max(run.pace, beside / busy.p50)), items);
  const perSecond = (parallel.pipeline * itemRate.p50) / items;
  const stretch = busy.p50 / (run.prefill + run.decodeTime);
  const used = utilisation([{ peak: { ...run.peak, busy: stretch * run.peak.busy }, perSecond }]);
  const physics = deviceDraw(used, system.device, laws);
  const draw = correctedDraw(physics, corrections, traits, system.device.id);
  const power = widened(draw.power.p50, draw.power, { ...named, name: "power" });
  const billed = bill(system, poolDevices(placement), power);
  const cost = billed.costPerHour;
  const energyDoubt = { basis: weakest([billed.power.basis, itemRate.basis]) };
  return {
    kind: "batch-estimate",
    latency,
    prefill,
    transfer,
    hosted: hosted.latency,
    tokenTime: run.decodeCount === 0 ? null : scale(decode, 1 / run.decodeCount),
    itemRate,
    devicePower: power,
    power: billed.power,
    energyPerItem: widened(billed.power.p50 / itemRate.p50, energyDoubt, {
      ...named,
      name: "energy",
    }),
    costPerHour: cost,
    costPerItem: cost && quotient(scale(cost, 1 / SECONDS_PER_HOUR), itemRate),
    carbonPerItem: billed.gramsPerSecond && quotient(billed.gramsPerSecond, itemRate),
    utilisation: used.compute,
    traits: { ...traits, ...physics.traits },
    operators: run.prompt,
    decode: run.decode,
    assumptions: [
      ...assumptions,
      ...(query.known === undefined
        ? [...unseenNotes(named, widths), ...correctionNotes("time of a batch", factor)]
        : []),
      ...draw.assumptions,
      ...billed.assumptions,
    ],
  };
}

/** The same doubt about a time that is longer by a known part. */
function shifted(time: Interval, by: Seconds): Interval {
  return { ...time, p10: time.p10 + by, p50: time.p50 + by, p90: time.p90 + by };
}

const SECONDS_PER_HOUR = 3600;
