/**
 * Power of one device at work, with a rating put in where no source gives one.
 *
 * Source: laws/power.ts; accelerators of the catalogue that have a rating draw 0.5 to 1.3 pJ a
 * 16-bit operation at it (H100 0.7, A100 1.3, B200 0.44)
 */
import type { Device } from "../catalogue/index.ts";
import { lognormal, scale, type Interval } from "../interval.ts";
import { devicePower, type Laws, type Utilisation } from "./laws/index.ts";

const JOULES_PER_OPERATION = 0.8e-12;
const SPREAD_UNRATED = 0.6;

export interface DeviceDraw {
  readonly power: Interval;
  readonly assumptions: readonly string[];
}

/** `draw` as published figures have it, no more than the device's rating. */
export function correctedDraw(draw: DeviceDraw, factor: number, device: Device): DeviceDraw {
  const most = device.power?.max ?? Infinity;
  const rise = draw.power.p50 < most ? most / draw.power.p50 : 1;
  return { ...draw, power: scale(draw.power, Math.min(rise, factor)) };
}

export function deviceDraw(used: Utilisation, device: Device, laws: Laws): DeviceDraw {
  const power = devicePower(used, device, laws);
  if (power !== null) return { power, assumptions: [] };
  const peak = device.peak.bf16 ?? device.peak.fp16 ?? Math.max(0, ...Object.values(device.peak));
  const max = JOULES_PER_OPERATION * peak;
  const rated = devicePower(used, { ...device, power: { max } }, laws);
  const middle = rated === null ? max : rated.p50;
  return {
    power: lognormal(middle, SPREAD_UNRATED, "analytic"),
    assumptions: [`"${device.name}" has no power rating; ${Math.round(max)} W from its peak rate`],
  };
}
