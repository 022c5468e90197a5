/**
 * Power of one device at work, up to its limit, with a rating put in where no source gives one.
 *
 * Source: laws/power.ts
 */
import { assert } from "../assert.ts";
import type { Device } from "../catalogue/index.ts";
import { lognormal, scale, type Interval } from "../interval.ts";
import { type Corrections, correctionFactor } from "./correction.ts";
import { draws, type Laws, likelyRating, type Utilisation } from "./laws/index.ts";
import type { Traits } from "./log-linear.ts";

/** Log-deviation; widths of systems, fitted on published figures, take its place. */
const SPREAD = 0.3;
export const SPREAD_UNRATED = 0.6;

export interface DeviceDraw {
  /** No more than the device's limit or rating. */
  readonly power: Interval;
  /**
   * As traits of what is corrected: ln of the limit over what would be drawn without it, and the share of that which
   * stays when the same work takes longer.
   */
  readonly traits: { readonly headroom: number; readonly steady: number };
  readonly assumptions: readonly string[];
}

/** `draw` as published figures have it, no more than the device's limit or rating. */
export function correctedDraw(
  draw: DeviceDraw,
  corrections: Corrections,
  traits: Traits,
  device: string,
): DeviceDraw {
  const factor = correctionFactor(corrections, "power", { ...traits, ...draw.traits }, device);
  return { ...draw, power: scale(draw.power, factor) };
}

/** Asserts a rating, a rate or a number of cores, which whatever is timed has. */
export function deviceDraw(used: Utilisation, device: Device, laws: Laws): DeviceDraw {
  const known = device.power?.max;
  const rated = known ?? likelyRating(device);
  assert(rated !== null, `"${device.name}" has neither rating nor rate`);
  const { steady, worked } = draws(used, device, rated, laws);
  const all = steady + worked;
  const limit = device.power?.limit ?? rated;
  const note = `"${device.name}" has no power rating; ${Math.round(rated)} W as devices of its kind`;
  return {
    power:
      known === undefined
        ? lognormal(Math.min(all, limit), SPREAD_UNRATED, "analytic")
        : lognormal(Math.min(all, limit), SPREAD, "transferred"),
    traits: { headroom: Math.log(limit / all), steady: steady / all },
    assumptions: known === undefined ? [note] : [],
  };
}
