/**
 * What it costs an hour to own devices: written off in a straight line to what they still fetch, with
 * the network between them, support, people, room and electricity.
 *
 * Idle hours cost as much as busy ones, electricity apart, so a cost an hour of use is this over the
 * utilisation. Taxes, land and the cost of capital are left out; `invest` discounts.
 *
 * Source: coefficients/priors.json, with each
 */
import table from "../../coefficients/priors.json" with { type: "json" };
import { type Grid, hostsPower } from "../catalogue/index.ts";
import type { Interval } from "../interval.ts";
import { present } from "../present.ts";
import { given, priors, type Propagated, propagated, type Uncertain } from "../uncertain.ts";
import type { Dollars, Watts } from "../units.ts";
import { draw } from "./system-draw.ts";
import type { System } from "./types.ts";

export const HOURS_A_YEAR = 8766;
const MONTHS_A_YEAR = 12;
const KILO = 1000;

/** What an owner may know better than the defaults. */
export interface OwnerFigures {
  /** USD a device, its share of the host included. */
  readonly price?: Dollars;
  /** Years until it is written off. */
  readonly life?: number;
  /** Share of the price that it fetches then. */
  readonly residual?: number;
  /** USD a kW and month. */
  readonly space?: number;
  /** USD a kWh. */
  readonly electricity?: number;
  /** USD a device and year. */
  readonly staff?: number;
  /** Share of the price, a year. */
  readonly support?: number;
  /** Share of the price, once. */
  readonly network?: number;
  /** Share of hours at work. */
  readonly utilisation?: number;
}

type OwnerTerm = Exclude<keyof OwnerFigures, "price" | "utilisation">;

/** Defaults, each with where it is from. */
export const OWNER_TERMS: Readonly<Record<OwnerTerm, Uncertain>> = priors(table.owner);

/** A price of devices that stand in no host: the host is more, one of a finished server is not. */
const HOST_OVER_DEVICES = priors(table.host).overDevices;

/** What was paid, or is asked, for `devices` devices in their hosts. */
export interface Purchase {
  readonly dollars: Dollars;
  readonly isBare: boolean;
  /** Devices in one server. */
  readonly perServer: number;
  readonly date?: string;
  readonly source: string;
}

const LIST_PRICE = "list price of the device";

/** By the offer that `system` is bought by, else at its devices' list price; null where neither is known. */
export function purchaseOf({ device, perHost, offer }: System, devices: number): Purchase | null {
  if (offer?.dollars !== undefined) {
    const { count: perServer, date, source } = offer;
    const dollars = Math.ceil(devices / perServer) * offer.dollars;
    return { dollars, isBare: false, perServer, ...present({ date }), source };
  }
  if (device.price === undefined) return null;
  const dollars = devices * device.price;
  const dated = present({ date: device.launched });
  return { dollars, isBare: true, perServer: perHost, ...dated, source: LIST_PRICE };
}

/** Devices that somebody owns, and what they draw. */
export interface Owned {
  readonly devices: number;
  readonly purchase: Purchase;
  /** At the wall, at work. */
  readonly power: Interval;
  /** IT power that room is paid for, W: what the plates say. */
  readonly plate: Watts;
  /** Of the place, where it is known. */
  readonly tariff?: Uncertain;
}

/** `devices` of `system`, each drawing `devicePower`, as `purchase` had them. */
export function ownedBy(
  {
    system,
    devices,
    devicePower,
  }: { readonly system: System; readonly devices: number; readonly devicePower: Interval },
  purchase: Purchase,
): Owned {
  const { device, grid } = system;
  return {
    devices,
    purchase,
    power: draw(system, devices, devicePower).wall,
    plate: devices * (device.power?.max ?? devicePower.p90) + hostsPower(system, devices),
    ...tariffOf(grid),
  };
}

/** Dollars an hour, used or not; a single server has no network of its own to pay. */
export function ownedHourly(owned: Owned, figures: OwnerFigures = {}): Propagated {
  const { devices, purchase, power, plate } = owned;
  const price = given("price", purchase.dollars, purchase.source);
  const wall = { name: "power at the wall, W", value: power, source: "estimate" };
  const host = purchase.isBare ? HOST_OVER_DEVICES : given("server over its devices, price", 1);
  const terms = { ...ownerTerms(owned, figures), price, host, wall };
  return propagated(terms, (each) => {
    const paid = each.price * each.host;
    const network = devices > purchase.perServer ? each.network : 0;
    const yearly =
      (paid * (1 + network - each.residual)) / each.life +
      paid * each.support +
      devices * each.staff +
      (plate / KILO) * MONTHS_A_YEAR * each.space;
    return yearly / HOURS_A_YEAR + (each.wall / KILO) * each.electricity;
  });
}

/** USD a kWh of a place that says it. */
export function tariffOf(grid: Grid | undefined): Pick<Owned, "tariff"> {
  if (grid?.dollarsPerKwh === undefined) return {};
  const { id, dollarsPerKwh, source } = grid;
  const { name } = OWNER_TERMS.electricity;
  return { tariff: given(name, dollarsPerKwh, `tariff of ${id}: ${source}`) };
}

/** The defaults, with the tariff of the place and what the owner knows better. */
export function ownerTerms(
  { tariff }: Pick<Owned, "tariff">,
  figures: OwnerFigures,
): Readonly<Record<OwnerTerm, Uncertain>> {
  const local = tariff === undefined ? {} : { electricity: tariff };
  const known = Object.entries(figures).flatMap(([key, value]) =>
    isOwnerTerm(key) && value !== undefined ? [[key, given(OWNER_TERMS[key].name, value)]] : [],
  );
  return { ...OWNER_TERMS, ...local, ...Object.fromEntries(known) };
}

function isOwnerTerm(key: string): key is OwnerTerm {
  return key in OWNER_TERMS;
}
