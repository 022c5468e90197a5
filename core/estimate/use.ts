/**
 * Shares of their peaks that the devices of a service use: decode steps as often as they come, and
 * what prompts add to them.
 *
 * Power is linear in the shares, so the mean over two pools gives the mean power of their devices.
 *
 * Source: laws/power.ts; traffic.ts
 */
import { deviceCount } from "../operators/index.ts";
import type { Utilisation } from "./laws/index.ts";
import type { Prepared } from "./prepare.ts";
import type { Serving } from "./replica.ts";
import { less, peakTime, utilisation } from "./traffic.ts";
import type { OperatorTime, Placement } from "./types.ts";

export interface Use {
  /** Mean over all devices. */
  readonly used: Utilisation;
  readonly devices: number;
}

export function useOf(prepared: Prepared, served: Serving, decode: readonly OperatorTime[]): Use {
  const { placement, target, prefill } = prepared;
  const { pipeline } = placement.parallel;
  const step = { peak: peakTime(decode, target), perSecond: pipeline * served.stepRate };
  const prompts = (prefill ?? prepared).cost.operators(served.steps.prompt);
  const mixed = peakTime(prompts, target);
  const apart = prefill !== null || served.steps.prompt.segments.length === 1;
  const prompt = {
    peak: apart ? mixed : less(mixed, step.peak),
    perSecond: promptRate(served, prefill?.placement ?? placement, prefill !== null),
  };
  const devices = devicesOf(placement);
  if (prefill === null) return { used: utilisation([step, prompt]), devices };
  return together(
    { used: utilisation([step]), devices },
    { used: utilisation([prompt]), devices: devicesOf(prefill.placement) },
  );
}

/** Prompt steps a second that one device takes part in. */
function promptRate(served: Serving, { parallel, replicas }: Placement, pooled: boolean): number {
  const workers = pooled ? replicas : 1;
  const perGroup = served.rate / parallel.data / workers;
  return perGroup * (served.packing.chunks / served.packing.prompts);
}

function devicesOf({ parallel, replicas }: Placement): number {
  return deviceCount(parallel) * replicas;
}

function together(a: Use, b: Use): Use {
  const devices = a.devices + b.devices;
  const mean = (which: keyof Utilisation) =>
    (a.used[which] * a.devices + b.used[which] * b.devices) / devices;
  return { used: { compute: mean("compute"), memory: mean("memory") }, devices };
}
