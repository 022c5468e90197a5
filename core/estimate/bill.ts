/**
 * Watts, dollars and grams of a placement.
 *
 * Rented hosts are paid whole, power included; bought ones as `ownership.ts` has it. The carbon is what the
 * place's average kilowatt-hour emits, manufacture left out.
 *
 * Source: system-draw.ts; ownership.ts
 */
import { exact, scale, type Interval } from "../interval.ts";
import { draw, PUE_USUAL } from "./system-draw.ts";
import { OWNER_TERMS, ownedBy, ownedHourly, purchaseOf } from "./ownership.ts";
import type { Watts } from "../units.ts";
import type { System } from "./types.ts";

const JOULES_PER_KWH = 3.6e6;

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
  const power = draw(system, devices, devicePower).wall;
  const intensity = grid?.gramsPerKwh;
  const cost = costPerHour(system, devices, devicePower);
  const pue = grid?.pue === undefined ? [`PUE ${PUE_USUAL}, the industry's average`] : [];
  return {
    power,
    costPerHour: cost?.amount ?? null,
    gramsPerSecond: intensity === undefined ? null : scale(power, intensity / JOULES_PER_KWH),
    assumptions: [...pue, ...(cost?.assumptions ?? [])],
  };
}

/** What a placement costs an hour and emits a second while it draws `wall`; null where no price or place is known. */
export function billAt(
  system: System,
  devices: number,
  wall: Watts,
): { readonly costPerHour: number | null; readonly gramsPerSecond: number | null } {
  const at = (watts: Watts) => draw(system, devices, exact(watts, "measured")).wall.p50;
  const each = 1 + (wall - at(1)) / (at(2) - at(1));
  const { costPerHour, gramsPerSecond } = bill(system, devices, exact(each, "measured"));
  return { costPerHour: costPerHour?.p50 ?? null, gramsPerSecond: gramsPerSecond?.p50 ?? null };
}

interface Cost {
  readonly amount: Interval;
  readonly assumptions: readonly string[];
}

function costPerHour(system: System, devices: number, devicePower: Interval): Cost | null {
  const { offer } = system;
  if (offer?.dollarsPerHour !== undefined) {
    const hosts = Math.ceil(devices / offer.count);
    return { amount: exact(hosts * offer.dollarsPerHour, "measured"), assumptions: [] };
  }
  const purchase = purchaseOf(system, devices);
  if (purchase === null) return null;
  const amount = ownedHourly(ownedBy({ system, devices, devicePower }, purchase)).answer;
  return { amount, assumptions: ownerAssumptions(system, purchase.isBare) };
}

function ownerAssumptions({ grid }: System, isBare: boolean): readonly string[] {
  const perKwh = grid?.dollarsPerKwh ?? OWNER_TERMS.electricity.value.p50;
  return [
    `written off over ${OWNER_TERMS.life.value.p50} years`,
    `electricity at ${perKwh} USD a kWh`,
    "room, people, support and network at the defaults of tenlane cost",
    ...(isBare ? ["hosts are not in the list price: added as a share of it"] : []),
  ];
}
