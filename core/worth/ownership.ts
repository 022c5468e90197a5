/**
 * What it costs an hour to own devices: written off in a straight line to what they still fetch, with
 * the network between them, support, people, room and electricity.
 *
 * Idle hours cost as much as busy ones, electricity apart, so a cost an hour of use is this over the
 * utilisation. Taxes, land and the cost of capital are left out; `invest` discounts.
 */
import type { Catalogue, System } from "../catalogue/index.ts";
import { offersFor } from "../catalogue/index.ts";
import type { Interval } from "../interval.ts";
import type { Dollars } from "../units.ts";
import { given, prior, type Propagated, propagated, type Uncertain } from "./uncertain.ts";

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
  staff: prior("people, USD a device and year", [100, 300, 1000]),
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

/** The price of a finished server where one is printed, else of the bare devices; null where no source has either. */
export function purchaseOf(
  catalogue: Catalogue,
  { device, perHost }: System,
  devices: number,
): Purchase | null {
  const server = offersFor(catalogue, device.id).find(({ kind }) => kind === "purchase");
  if (server?.dollars !== undefined) {
    const hosts = Math.ceil(devices / server.count);
    return {
      dollars: hosts * server.dollars,
      isBare: false,
      perServer: server.count,
      ...(server.date === undefined ? {} : { date: server.date }),
      source: server.source,
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
  readonly plate: number;
}

/** Dollars an hour, used or not; a single server has no network of its own to pay. */
export function ownedHourly(
  { devices, purchase, power, plate }: Owned,
  figures: OwnerFigures = {},
): Propagated {
  const price = given("price", purchase.dollars, purchase.source);
  const wall = { name: "power at the wall, W", value: power, source: "estimate" };
  const host = purchase.isBare ? HOST_OVER_DEVICES : given("server over its devices, price", 1);
  const terms = { ...ownerTerms(figures), price, host, wall };
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
