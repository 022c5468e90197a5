/**
 * Power of one device at work, with a rating put in where no source gives one.
 *
 * Source: laws/power.ts; ratings in the catalogue, for each 16-bit operation a second: middle of accelerators
 * 0.8 pJ (H100 0.7, A100 1.3), with units for four bits 0.5 (B200 0.44), GPUs without matrix units 5 (4.2 to 6.3),
 * the one FPGA 3.8; CPUs 45 for each operation of FP32 (31 to 57 on 22), or 6 W a core (3.5 to 8.9)
 */
import { assert } from "../assert.ts";
import type { Device } from "../catalogue/index.ts";
import { lognormal, scale, type Interval } from "../interval.ts";
import type { Watts } from "../units.ts";
import { type Corrections, correctionFactor } from "./correction.ts";
import { computeFormat, devicePower, type Laws, type Utilisation } from "./laws/index.ts";
import type { Traits } from "./log-linear.ts";

const JOULES_PER_OPERATION = 0.8e-12;
const JOULES_NARROW = 0.5e-12;
const JOULES_VECTOR = 5e-12;
const JOULES_FPGA = 4e-12;
const JOULES_CPU = 45e-12;
const WATTS_PER_CORE = 6;
const SPREAD_UNRATED = 0.6;

export interface DeviceDraw {
  readonly power: Interval;
  readonly assumptions: readonly string[];
}

/** `draw` as published figures have it, no more than the device's limit or rating. */
export function correctedDraw(
  draw: DeviceDraw,
  corrections: Corrections,
  traits: Traits,
  device: string,
): DeviceDraw {
  const factor = correctionFactor(corrections, "power", traits, device);
  return { ...draw, power: scale(draw.power, factor) };
}

/** How far power may rise before it meets the device's limit or rating, as a trait of what is corrected. */
export function headroomTraits({ power }: DeviceDraw, device: Device): Traits {
  const most = device.power?.limit ?? device.power?.max;
  return most === undefined ? {} : { headroom: Math.log(Math.max(1, most / power.p50)) };
}

export function deviceDraw(used: Utilisation, device: Device, laws: Laws): DeviceDraw {
  const power = devicePower(used, device, laws);
  if (power !== null) return { power, assumptions: [] };
  const max = likelyRating(device);
  const rated = devicePower(used, { ...device, power: { max } }, laws);
  const middle = rated === null ? max : rated.p50;
  return {
    power: lognormal(middle, SPREAD_UNRATED, "analytic"),
    assumptions: [
      `"${device.name}" has no power rating; ${Math.round(max)} W as devices of its kind`,
    ],
  };
}

/** Rating of devices like this one; asserts a rate or a number of cores, which whatever is timed has. */
function likelyRating(device: Device): Watts {
  const { kind, units, peak, vector } = device;
  if (kind === "cpu" && vector !== undefined) return JOULES_CPU * vector;
  if (kind === "cpu" && units !== undefined) return WATTS_PER_CORE * units;
  const narrow = computeFormat(device, "int8")?.peak;
  const rate = computeFormat(device, "bf16")?.peak ?? narrow;
  assert(rate !== undefined, `"${device.name}" has no rate`);
  if (kind === "fpga") return JOULES_FPGA * (narrow ?? rate);
  if (vector !== undefined && rate <= vector) return JOULES_VECTOR * rate;
  return (peak.fp4 === undefined ? JOULES_PER_OPERATION : JOULES_NARROW) * rate;
}
