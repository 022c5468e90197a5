/**
 * Watts, dollars and grams of a placement.
 *
 * Rented hosts are paid whole, power included. Bought ones are written off in a straight line and
 * draw power at the place's price. Energy at the wall is devices and hosts times PUE; the carbon
 * is what the place's average kilowatt-hour emits, manufacture left out.
 *
 * Source: Uptime Institute, "Global Data Center Survey 2024" (average PUE 1.56); US EIA, "Electric Power
 * Monthly" (commercial average 0.13 USD/kWh in 2024); straight line over 4 years as Meta and Alphabet
 * wrote off servers in their 2022 annual reports
 */
import { exact, scale, sum, type Interval } from "../interval.ts";
import type { Dollars, Fraction } from "../units.ts";
import type { System } from "./types.ts";

const PUE_USUAL: Fraction = 1.56;
const DOLLARS_PER_KWH_USUAL: Dollars = 0.13;
const YEARS_OF_USE = 4;
const HOURS_A_YEAR = 8766;
const JOULES_PER_KWH = 3.6e6;
const SECONDS_PER_HOUR = 3600;

export interface Bill {
  /** At the wall. */
  readonly power: Interval;
  readonly costPerHour: Interval | null;
  readonly gramsPerSecond: Interval | null;
  readonly assumptions: readonly string[];
}

/** `devicePower` is that of one of `devices` devices. */
export function bill(system: System, devices: number, devicePower: Interval): Bill {
  const { grid } = system;
  const pue = grid?.pue ?? PUE_USUAL;
  const assumptions: string[] = [];
  if (grid?.pue === undefined) assumptions.push(`PUE ${PUE_USUAL}, the industry's average`);
  const host = exact(system.hostPower, devicePower.basis);
  const power = scale(sum([devicePower, host]), devices * pue);
  const intensity = grid?.gramsPerKwh;
  const cost = costPerHour(system, devices, power);
  return {
    power,
    costPerHour: cost?.amount ?? null,
    gramsPerSecond: intensity === undefined ? null : scale(power, intensity / JOULES_PER_KWH),
    assumptions: [...assumptions, ...(cost?.assumptions ?? [])],
  };
}

interface Cost {
  readonly amount: Interval;
  readonly assumptions: readonly string[];
}

function costPerHour(system: System, devices: number, power: Interval): Cost | null {
  const { offer, device } = system;
  if (offer?.dollarsPerHour !== undefined) {
    const hosts = Math.ceil(devices / offer.count);
    return { amount: exact(hosts * offer.dollarsPerHour, "measured"), assumptions: [] };
  }
  if (offer?.dollars !== undefined) {
    return owned(system, Math.ceil(devices / offer.count) * offer.dollars, power);
  }
  if (device.price === undefined) return null;
  const cost = owned(system, devices * device.price, power);
  return { ...cost, assumptions: [...cost.assumptions, "hosts are not in the list price"] };
}

function owned(system: System, dollars: Dollars, power: Interval): Cost {
  const perKwh = system.grid?.dollarsPerKwh ?? DOLLARS_PER_KWH_USUAL;
  const writtenOff = exact(dollars / (YEARS_OF_USE * HOURS_A_YEAR), "measured");
  const electricity = scale(power, (SECONDS_PER_HOUR * perKwh) / JOULES_PER_KWH);
  return {
    amount: sum([writtenOff, electricity]),
    assumptions: [`written off over ${YEARS_OF_USE} years`, `electricity at ${perKwh} USD a kWh`],
  };
}
