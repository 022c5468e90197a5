/** One plan as the page shows it: names and figures, without the operators behind them. */
import {
  placementDevices,
  splitText,
  type Bound,
  type Interval,
  type Memory,
  type Offer,
  type Plan,
} from "../../core/index.ts";

export interface PlanFigures {
  readonly ttft: Interval;
  readonly tpot: Interval;
  readonly latency: Interval;
  readonly outputRate: Interval;
  readonly power: Interval;
  readonly energyPerToken: Interval;
  readonly costPerHour: Interval | null;
  readonly costPerToken: Interval | null;
  readonly carbonPerToken: Interval | null;
}

export interface PlanRow {
  /** Tells plans of one answer apart, and finds the same plan in the next. */
  readonly id: string;
  readonly device: string;
  readonly name: string;
  readonly vendor: string;
  readonly status: string;
  readonly devices: number;
  readonly split: string;
  readonly format: string;
  readonly engine: string;
  readonly offer: Offer | null;
  readonly figures: PlanFigures;
  readonly memory: Memory;
  readonly binding: Plan["binding"];
  readonly bound: { readonly prefill: Bound; readonly decode: Bound };
  readonly concurrency: Plan["concurrency"];
  readonly confidence: number;
  readonly assumptions: readonly string[];
}

export function rowOf(plan: Plan): PlanRow {
  const { system, placement, estimate, binding, concurrency, confidence } = plan;
  const { parallel, replicas, numerics, engine } = placement;
  const { ttft, tpot, latency, outputRate, power, energyPerToken } = estimate;
  const { costPerHour, costPerToken, carbonPerToken, memory, bound, assumptions } = estimate;
  const split = splitText(parallel, replicas);
  return {
    id: [system.device.id, split, numerics.name, engine.id].join(" "),
    device: system.device.id,
    name: system.device.name,
    vendor: system.device.vendor,
    status: system.device.status,
    devices: placementDevices(placement),
    split,
    format: numerics.name,
    engine: engine.id,
    offer: system.offer ?? null,
    figures: {
      ttft,
      tpot,
      latency,
      outputRate,
      power,
      energyPerToken,
      costPerHour,
      costPerToken,
      carbonPerToken,
    },
    memory,
    binding,
    bound,
    concurrency,
    confidence,
    assumptions,
  };
}
