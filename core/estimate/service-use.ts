/**
 * Shares of their peaks that the devices of a service use: decode steps as often as they come, and what prompts add to them.
 *
 * Power is linear in the shares, so the mean over two pools gives the mean power of their devices.
 *
 * Source: laws/power.ts; peak-time.ts
 */
import type { Fraction, Seconds } from "../units.ts";
import type { Utilisation } from "./laws/index.ts";
import { poolDevices } from "./pool-size.ts";
import type { Prepared } from "./prepare.ts";
import type { Serving } from "./serving-types.ts";
import { less, peakTime, utilisation } from "./peak-time.ts";
import type { OperatorTime, Placement } from "./types.ts";

export interface Use {
  /** Mean over all devices. */
  readonly used: Utilisation;
  readonly devices: number;
}

/**
 * Share of what pictures hold an engine up in which kernels run. Source: an encoder of half a billion parameters reads 4,000
 * patches in 9 to 14 ms at 40 % of an H100's peak, of 35 to 80 ms; watts of ML.ENERGY's chats about films
 */
const BUSY_READING: Fraction = 0.25;

/**
 * Mean use of the devices of a service, over time.
 *
 * Decode steps come `stepRate` times a second in each lane; a prompt adds what its step asks beyond a decode step, or all of it
 * where prompts have steps or devices of their own. `reading` is how long a prompt holds the engine up for its pictures.
 */
export function useOf(
  prepared: Prepared,
  served: Serving,
  decode: readonly OperatorTime[],
  reading: Seconds = 0,
): Use {
  const { placement, target, prefill } = prepared;
  const { pipeline } = placement.parallel;
  const step = { peak: peakTime(decode, target), perSecond: pipeline * served.stepRate };
  const prompts = (prefill ?? prepared).cost.operators(served.steps.prompt);
  const mixed = peakTime(prompts, target);
  const apart = prefill !== null || served.steps.prompt.segments.length === 1;
  const arrivals = promptRate(served, prefill?.placement ?? placement, prefill !== null);
  const { chunks, prompts: together } = served.packing;
  const prompt = {
    peak: apart ? mixed : less(mixed, step.peak),
    perSecond: arrivals * (chunks / together),
  };
  const read = {
    peak: { compute: 0, memory: 0, busy: BUSY_READING * reading },
    perSecond: arrivals,
  };
  const devices = poolDevices(placement);
  if (prefill === null) return { used: utilisation([step, prompt, read]), devices };
  const reader = { used: utilisation([prompt, read]), devices: poolDevices(prefill.placement) };
  return mean({ used: utilisation([step]), devices }, reader);
}

/** Prompts a second that one device takes part in; `pooled` prompts go to one of the replicas of their pool. */
function promptRate(served: Serving, { parallel, replicas }: Placement, pooled: boolean): number {
  return served.rate / parallel.data / (pooled ? replicas : 1);
}

function mean(a: Use, b: Use): Use {
  const devices = a.devices + b.devices;
  const of = (which: keyof Utilisation) =>
    (a.used[which] * a.devices + b.used[which] * b.devices) / devices;
  const used = { compute: of("compute"), memory: of("memory"), busy: of("busy") };
  return { used, devices };
}
