/**
 * The stage: a model on a placement under a load, as time, memory, energy, money and carbon.
 *
 * Source: design/modelling.md sections 3, 4, 7 and 8
 */
import { assert } from "../assert.ts";
import { exact, scale, sum, weakest } from "../interval.ts";
import { bill } from "./bill.ts";
import { byBound } from "./breakdown.ts";
import { deviceDraw } from "./device-draw.ts";
import {
  type Doubt,
  doubtOf,
  type IntervalWidths,
  quotient,
  SHIPPED_WIDTHS,
  widened,
} from "./intervals.ts";
import { memory } from "./memory.ts";
import { pooledServing } from "./pools.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { Serving } from "./replica.ts";
import { requestShape } from "./request-shape.ts";
import { serving } from "./serving.ts";
import { slots } from "./slots.ts";
import { useOf } from "./use.ts";
import type { Bound, Estimate, Infeasible, Load, Memory, OperatorTime, Query } from "./types.ts";

const SECONDS_PER_HOUR = 3600;

export function estimate(query: Query): Estimate | Infeasible {
  const prepared = prepare(query);
  return "reason" in prepared ? prepared : estimateLoad(prepared, query.load);
}

/** {@link estimate} of one more load on a placement that is ready. */
export function estimateLoad(
  prepared: Prepared,
  load: Load,
  widths: IntervalWidths = SHIPPED_WIDTHS,
): Estimate | Infeasible {
  const { model, placement } = prepared;
  const longest = load.input.mean + load.output.mean;
  if (model.contextMax !== undefined && longest > model.contextMax) {
    const message = `${model.name} was made for ${model.contextMax} tokens`;
    const reason = "context";
    return { kind: "infeasible", reason, message, needed: longest, available: model.contextMax };
  }
  const budget = memory({ model, system: prepared.system, placement, load });
  if ("reason" in budget) return budget;
  const lane = slots({ model, memory: budget, placement, load });
  const served = servedBy(prepared, load, lane);
  return "reason" in served ? served : assembled({ prepared, load, served, widths, budget });
}

function servedBy(prepared: Prepared, load: Load, slots: number): Serving | Infeasible {
  const shape = requestShape(load);
  if (prepared.prefill !== null) {
    return pooledServing({ decode: prepared, prefill: prepared.prefill, load, shape, slots });
  }
  const { cost, placement } = prepared;
  const { pipeline, data } = placement.parallel;
  const costs = { cost, engine: placement.engine, shape, groups: data };
  return serving({ costs, load, lanes: pipeline * data, slots });
}

interface Parts {
  readonly prepared: Prepared;
  readonly load: Load;
  readonly served: Serving;
  readonly widths: IntervalWidths;
  readonly budget: Memory;
}

function assembled(parts: Parts): Estimate {
  const { prepared, served } = parts;
  const { system } = prepared;
  const phases = phasesOf(parts);
  const { used, devices } = useOf(prepared, served, phases.decode);
  const draw = deviceDraw(used, system.device, prepared.laws);
  const billed = bill(system, devices, draw.power);
  const times = timesOf(parts, phases);
  const cost = billed.costPerHour;
  return {
    kind: "estimate",
    ...times,
    memory: parts.budget,
    batch: served.batch,
    devicePower: draw.power,
    power: billed.power,
    energyPerToken: quotient(billed.power, times.outputRate),
    costPerHour: cost,
    costPerToken: cost && quotient(scale(cost, 1 / SECONDS_PER_HOUR), times.outputRate),
    carbonPerToken: billed.gramsPerSecond && quotient(billed.gramsPerSecond, times.outputRate),
    utilisation: used.compute,
    bound: { prefill: largest(phases.prefill), decode: largest(phases.decode) },
    prefill: phases.prefill,
    decode: phases.decode,
    assumptions: [...prepared.assumptions, ...draw.assumptions, ...billed.assumptions],
  };
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

type Times = Pick<Estimate, "ttft" | "tpot" | "latency" | "outputRate" | "requestRate">;

function timesOf({ prepared, load, served, widths }: Parts, phases: Phases): Times {
  const replicas = prepared.prefill === null ? prepared.placement.replicas : 1;
  const prefill = doubtOf(phases.prefill);
  const decode = doubtOf(phases.decode);
  const ttft = widened(prepared.host.request + served.first, prefill, { name: "first", widths });
  const tpot = widened(served.tokenTime, decode, { name: "token", widths });
  const afterFirst = served.latency - served.first;
  const latency = sum([ttft, scale(tpot, afterFirst / served.tokenTime)]);
  const rate = served.rate * replicas;
  const requestRate =
    load.rate === undefined
      ? widened(rate, worse(prefill, decode), { name: "rate", widths })
      : exact(rate, "measured");
  return { ttft, tpot, latency, requestRate, outputRate: scale(requestRate, load.output.mean) };
}

function worse(a: Doubt, b: Doubt): Doubt {
  return { spread: Math.max(a.spread, b.spread), basis: weakest([a.basis, b.basis]) };
}

function largest(times: readonly OperatorTime[]): Bound {
  const first = byBound(times)[0];
  assert(first !== undefined, "a step has operators");
  return first.name;
}
