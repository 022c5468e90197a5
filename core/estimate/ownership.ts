/**
 * What it costs an hour to own devices: written off in a straight line to what they still fetch, with
 * the network between them, support, people, room and electricity.
 *
 * Idle hours cost as much as busy ones, electricity apart, so a cost an hour of use is this over the
 * utilisation. Taxes, land and the cost of capital are left out; `invest` discounts.
 *
 * Source: with each term of {@link OWNER_TERMS}
 */
import { hostsPower } from "../catalogue/index.ts";
import type { Interval } from "../interval.ts";
import { given, prior, type Propagated, propagated, type Uncertain } from "../uncertain.ts";
import type { Dollars, Watts } from "../units.ts";
import { draw } from "./draw.ts";
import type { System } from "./types.ts";

export const HOURS_A_YEAR = 8766;
const MONTHS_A_YEAR = 12;
const KILO = 1000;

/** What an owner may know better than the defaults. */
export interface OwnerFigures {
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

type OwnerTerm = Exclude<keyof OwnerFigures, "utilisation">;

/** Defaults, each with where it is from. */
export const OWNER_TERMS: Readonly<Record<OwnerTerm, Uncertain>> = {
  life: prior(
    "years of use",
    [3, 4, 6],
    "annual reports: Meta 4 years to 2022, 5.5 in 2025; Amazon and Microsoft up to 6",
  ),
  residual: prior("resale at the end, share of price", [0, 0.1, 0.25]),
  space: prior(
    "room, USD a kW and month",
    [138, 184.06, 207],
    "CBRE, North America Data Center Trends H2 2024: 184.06; the year 2022: 137.86; p90 a year of the same growth on",
  ),
  electricity: prior(
    "electricity, USD a kWh",
    [0.08, 0.13, 0.2],
    "US EIA, Electric Power Monthly: commercial average 0.13 in 2024; the ends a prior",
  ),
  staff: prior(
    "people, USD a device and year",
    [100, 300, 1000],
    "Broadstaff, data centre staffing levels: 8 to 15 people for 1 to 5 MW, 420 to 1,120 USD at 100,000 a head and 1.4 kW a device; larger halls a prior",
  ),
  support: prior(
    "support and repair, share of price a year",
    [0.05, 0.1, 0.2],
    "p90: support of DGX H100, 39,800 on 199,000 USD; the rest a prior",
  ),
  network: prior("network between hosts, share of price", [0.05, 0.1, 0.2]),
};

/** A price of devices that stand in no host: the host is more, one of a finished server is not. */
const HOST_OVER_DEVICES: Uncertain = prior(
  "server over its devices, price",
  [1, 1.4, 1.67],
  "DGX A100 200,000 USD over 8 x 15,000; DGX H100 268,800 over 8 x 33,600",
);

/** What was paid, or is asked, for `devices` devices in their hosts. */
export interface Purchase {
  readonly dollars: Dollars;
  readonly isBare: boolean;
  /** Devices in one server. */
  readonly perServer: number;
  readonly date?: string;
  readonly source: string;
}

/** By the offer that `system` is bought by, else at its devices' list price; null where neither is known. */
export function purchaseOf({ device, perHost, offer }: System, devices: number): Purchase | null {
  if (offer?.dollars !== undefined) {
    const hosts = Math.ceil(devices / offer.count);
    return {
      dollars: hosts * offer.dollars,
      isBare: false,
      perServer: offer.count,
      ...(offer.date === undefined ? {} : { date: offer.date }),
      source: offer.source,
    };
  }
  if (device.price === undefined) return null;
  return {
    dollars: devices * device.price,
    isBare: true,
    perServer: perHost,
    ...(device.launched === undefined ? {} : { date: device.launched }),
    source: "list price of the device",
  };
}

/** Devices that somebody owns, and what they draw. */
export interface Owned {
  readonly devices: number;
  readonly purchase: Purchase;
  /** At the wall, at work. */
  readonly power: Interval;
  /** IT power that room is paid for, W: what the plates say. */
  readonly plate: Watts;
  /** USD a kWh of the place, where it is known. */
  readonly tariff?: Dollars;
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
    ...(grid?.dollarsPerKwh === undefined ? {} : { tariff: grid.dollarsPerKwh }),
  };
}

/** Dollars an hour, used or not; a single server has no network of its own to pay. */
export function ownedHourly(
  { devices, purchase, power, plate, tariff }: Owned,
  figures: OwnerFigures = {},
): Propagated {
  const price = given("price", purchase.dollars, purchase.source);
  const wall = { name: "power at the wall, W", value: power, source: "estimate" };
  const host = purchase.isBare ? HOST_OVER_DEVICES : given("server over its devices, price", 1);
  const local = tariff === undefined ? {} : { electricity: tariff };
  const terms = { ...ownerTerms({ ...local, ...figures }), price, host, wall };
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

function ownerTerms(figures: OwnerFigures): Readonly<Record<OwnerTerm, Uncertain>> {
  const known = Object.entries(figures).flatMap(([key, value]) =>
    isOwnerTerm(key) && value !== undefined ? [[key, given(OWNER_TERMS[key].name, value)]] : [],
  );
  return { ...OWNER_TERMS, ...Object.fromEntries(known) };
}

function isOwnerTerm(key: string): key is OwnerTerm {
  return key in OWNER_TERMS;
}
