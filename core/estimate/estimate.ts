/**
 * The stage: a model on a placement under a load, as time, memory, energy, money and carbon.
 *
 * Source: notes/032-modelling.md, 3, 4, 7 and 8
 */
import { assert } from "../assert.ts";
import { type Basis, exact, reciprocal, scale, stretched, sum, weakest } from "../interval.ts";
import { attendsAcross, type Transformer } from "../model/index.ts";
import type { Seconds } from "../units.ts";
import { bill } from "./bill.ts";
import { byBound } from "./breakdown.ts";
import { type Coefficients, SHIPPED } from "./coefficients.ts";
import { correctionFactor } from "./correction.ts";
import { correctedDraw, deviceDraw } from "./device-draw.ts";
import { requestTime } from "./host-cost.ts";
import { infeasible } from "./infeasible.ts";
import { doubtOf, quotient, unseenNotes, widened } from "./intervals.ts";
import type { Traits } from "./log-linear.ts";
import { filled } from "./memory.ts";
import { shareTraits } from "./step-parts.ts";
import { laneCount } from "./pool-size.ts";
import { pooledServing } from "./pools.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { Serving } from "./serving-types.ts";
import { requestShape } from "./request-shape.ts";
import { serving } from "./serving.ts";
import { slots } from "./slots.ts";
import { pace, paceDoubt } from "./speculation.ts";
import { stepSize } from "./step-cost.ts";
import { servingTraits } from "./traits.ts";
import { useOf } from "./service-use.ts";
import type { Bound, Estimate, Infeasible, Load, Memory, OperatorTime, Query } from "./types.ts";

const SECONDS_PER_HOUR = 3600;

export function estimate(
  query: Query,
  coefficients: Coefficients = SHIPPED,
): Estimate | Infeasible {
  const prepared = prepare(query, coefficients);
  return "reason" in prepared ? prepared : estimateLoad(prepared, query.load);
}

/** {@link estimate} of one more load on a placement that is ready. */
export function estimateLoad(prepared: Prepared, load: Load): Estimate | Infeasible {
  const { model, placement } = prepared;
  const problem = beyondContext(model, load);
  if (problem !== null) return problem;
  const budget = filled({ model, placement, load }, prepared.room);
  if ("kind" in budget) return budget;
  const lane = slots({ model, memory: budget, placement, load });
  const served = servedBy(prepared, load, lane);
  return "reason" in served ? served : assembled({ prepared, load, served, budget });
}

/** Why the mean request is too long for `model`; null where it is not. */
export function beyondContext(
  model: Transformer,
  { input, output }: Pick<Load, "input" | "output">,
): Infeasible | null {
  const { name, contextMax } = model;
  const needed = (isReadApart(model) ? 0 : input.mean) + output.mean;
  if (contextMax === undefined || needed <= contextMax) return null;
  const message = `${name} was made for ${contextMax} tokens`;
  return infeasible("context", message, { needed, available: contextMax });
}

/** Whether an encoder reads the input, which then takes none of the positions of the decoder that attends to it. */
export function isReadApart({ stacks }: Transformer): boolean {
  return stacks.some(attendsAcross);
}

/** The replica takes steps; a request sees tokens, of which a step may give several. */
function servedBy(prepared: Prepared, load: Load, slots: number): Serving | Infeasible {
  const { cost, placement, prefill } = prepared;
  const { engine, parallel } = placement;
  const perStep = pace(engine.speculation);
  const request = requestShape(load);
  const shape = { ...request, output: 1 + (request.output - 1) / perStep };
  const costs = { cost, engine, shape, groups: parallel.data };
  const lanes = laneCount(parallel);
  const served =
    prefill === null
      ? serving({ costs, load, lanes, slots })
      : pooledServing({ decode: prepared, prefill, load, shape, slots });
  if ("reason" in served) return served;
  return { ...served, tokenTime: served.tokenTime / perStep, gap: served.gap / perStep };
}

interface Parts {
  readonly prepared: Prepared;
  readonly load: Load;
  readonly served: Serving;
  readonly budget: Memory;
}

function assembled(parts: Parts): Estimate {
  const { prepared, served } = parts;
  const { system } = prepared;
  const { widths, corrections } = prepared.coefficients;
  const phases = phasesOf(parts);
  const asked = {
    ...servingTraits(prepared, parts.load),
    ...shareTraits(phases.decode, hostTimeOf(parts), served.decoding),
  };
  const times = timesOf(parts, phases, asked);
  const { used, devices } = useOf(prepared, served, phases.decode, parts.load.reading);
  const kept = times.requestRate.p50 / (served.rate * replicasOf(prepared));
  const slowed = { ...used, compute: kept * used.compute, memory: kept * used.memory };
  const physics = deviceDraw(slowed, system.device, prepared.laws);
  const traits = { ...asked, ...physics.traits };
  const draw = correctedDraw(physics, corrections, traits, system.device.id);
  const asks = { widths, traits, device: system.device.id };
  const power = widened(draw.power.p50, draw.power, { ...asks, name: "power" });
  const billed = bill(system, devices, power);
  const energyDoubt = { basis: weakest([billed.power.basis, times.outputRate.basis]) };
  const cost = billed.costPerHour;
  return {
    kind: "estimate",
    ...times,
    memory: parts.budget,
    batch: served.batch,
    devicePower: power,
    power: billed.power,
    energyPerToken: widened(billed.power.p50 / times.outputRate.p50, energyDoubt, {
      ...asks,
      name: "energy",
    }),
    costPerHour: cost,
    costPerToken: cost && quotient(scale(cost, 1 / SECONDS_PER_HOUR), times.outputRate),
    carbonPerToken: billed.gramsPerSecond && quotient(billed.gramsPerSecond, times.outputRate),
    utilisation: slowed.compute,
    traits,
    bound: { prefill: largest(phases.prefill), decode: largest(phases.decode) },
    prefill: phases.prefill,
    decode: phases.decode,
    assumptions: [
      ...prepared.assumptions,
      ...unseenNotes({ ...asks, name: "rate" }, widths),
      ...draw.assumptions,
      ...billed.assumptions,
    ],
  };
}

/** What a decode step waits for the host. */
function hostTimeOf({ prepared, served }: Parts): Seconds {
  return prepared.cost.host(stepSize(served.steps.decode));
}

interface Phases {
  /** Prompts by themselves, a step of them. */
  readonly prefill: readonly OperatorTime[];
  readonly decode: readonly OperatorTime[];
}

function phasesOf({ prepared, served }: Parts): Phases {
  const prompts = { segments: served.steps.prompt.segments.slice(0, 1) };
  return {
    prefill: (prepared.prefill ?? prepared).cost.operators(prompts),
    decode: prepared.cost.operators(served.steps.decode),
  };
}

/** Replicas that each serve at the rate of one; pools serve together. */
function replicasOf({ prefill, placement }: Prepared): number {
  return prefill === null ? placement.replicas : 1;
}

type Times = Pick<Estimate, "ttft" | "tpot" | "gap" | "latency" | "outputRate" | "requestRate">;

function timesOf({ prepared, load, served }: Parts, phases: Phases, traits: Traits): Times {
  const { widths, corrections } = prepared.coefficients;
  const device = prepared.system.device.id;
  const prefill = doubtOf(phases.prefill).basis;
  const decode = doubtOf(phases.decode).basis;
  const corrected = (time: Seconds, name: "first" | "token" | "rate", basis: Basis) =>
    widened(
      time * correctionFactor(corrections, name, traits, device),
      { basis },
      { name, widths, traits, device },
    );
  const first = requestTime(prepared.host, prepared.kernels, load.input.mean) + served.first;
  const ttft = corrected(first, "first", prefill);
  const doubt = paceDoubt(prepared.placement.engine.speculation);
  const tpot = stretched(corrected(served.tokenTime, "token", decode), doubt);
  const gap = scale(tpot, served.gap / served.tokenTime);
  const afterFirst = served.latency - served.first;
  const latency = sum([ttft, scale(tpot, afterFirst / served.tokenTime)]);
  const rate = served.rate * replicasOf(prepared);
  const requestRate =
    load.rate === undefined
      ? reciprocal(stretched(corrected(1 / rate, "rate", weakest([prefill, decode])), doubt))
      : exact(rate, "measured");
  return {
    ttft,
    tpot,
    gap,
    latency,
    requestRate,
    outputRate: scale(requestRate, load.output.mean),
  };
}

function largest(times: readonly OperatorTime[]): Bound {
  const first = byBound(times)[0];
  assert(first !== undefined, "a step has operators");
  return first.name;
}
