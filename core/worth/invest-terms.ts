/** What buying, renting and waiting hang on, from a machine, its prices and the trend of launches. */
import table from "../../coefficients/priors.json" with { type: "json" };
import type { Catalogue } from "../catalogue/index.ts";
import { ok, refuse, type Result } from "../result.ts";
import { INVEST_TERMS, type InvestTerms } from "./invest.ts";
import {
  OWNER_TERMS,
  ownedBy,
  ownedHourly,
  type OwnerFigures,
  type Purchase,
} from "../estimate/index.ts";
import { lognormal, scale } from "../interval.ts";
import { bought, type Machine } from "./machine.ts";
import { type Next, nextParts } from "./next.ts";
import { rentals } from "./rental.ts";
import { backtest, launches, type Measured, trend, type Trend } from "./trend.ts";
import { given, priors, type Uncertain } from "../uncertain.ts";
import type { Dollars } from "../units.ts";

/** What a user knows better. */
export interface InvestFigures {
  readonly growth?: number;
  readonly discount?: number;
  readonly rentFall?: number;
  readonly next?: number;
  /** USD a device and hour, on demand. */
  readonly rent?: number;
}

/** A finished server over the devices in it. */
const HOST = priors(table.host).overDevices;

/** Never written off: what remains is what running costs. */
const RUNNING: OwnerFigures = { life: 1e9, residual: 0, network: 0 };

/** What {@link invest} is asked, and the trend of launches it rests on. */
export interface Investing {
  readonly terms: InvestTerms;
  readonly line: Trend;
  /** Later parts of the vendor. */
  readonly next: readonly Next[];
  /** Of the rent. */
  readonly date: string | undefined;
}

/** Errors: no price to buy or none to rent is known, or too few launches have prices. */
export function investTerms(
  machine: Machine,
  known: InvestFigures,
  { owner, measure }: { readonly owner: OwnerFigures; readonly measure: Measured },
): Result<Investing> {
  const { catalogue, system, devices } = machine;
  const purchase = bought(machine, owner.price);
  if (purchase === null)
    return refuse([system.device.id], "a price to buy it at (--price)", "none");
  const rented = rentOf(machine, known.rent);
  if (rented === null) return refuse([system.device.id], "a price to rent it at (--rent)", "none");
  const all = launches(catalogue, measure);
  const line = trend(all);
  if (line === null) return refuse(["catalogue"], "six launches with prices", all.length);
  const running = ownedHourly(ownedBy(machine, purchase), { ...owner, ...RUNNING }).answer;
  const { network = OWNER_TERMS.network.value.p50, utilisation, life } = owner;
  const priced = 1 + (devices > purchase.perServer ? network : 0);
  const each = purchase.dollars / devices;
  const said = (key: Exclude<keyof InvestFigures, "rent">): Uncertain => {
    const value = known[key];
    return value === undefined ? INVEST_TERMS[key] : given(INVEST_TERMS[key].name, value);
  };
  const terms: InvestTerms = {
    devices: given("devices now", devices),
    growth: said("growth"),
    discount: said("discount"),
    rentFall: said("rentFall"),
    next: said("next"),
    resale: INVEST_TERMS.resale,
    utilisation:
      utilisation === undefined
        ? INVEST_TERMS.utilisation
        : given(INVEST_TERMS.utilisation.name, utilisation),
    life: life === undefined ? OWNER_TERMS.life : given(OWNER_TERMS.life.name, life),
    price: priceTerm(catalogue, purchase, each * priced),
    running: {
      name: "running a device, USD an hour",
      value: scale(running, 1 / devices),
      source: "tenlane cost, without the price",
    },
    rent: given("rent of a device, USD an hour", rented.each, rented.source),
    improvement: {
      name: "what a dollar buys more, a year",
      value: line.yearly,
      source: `${all.length} launches with list prices`,
    },
    jump: {
      name: "next generation over the trend",
      value: lognormal(1, backtest(all).spread, "transferred"),
      source: "each launch foretold from those before it",
    },
  };
  const next = nextParts(catalogue, system.device, { measure, terms });
  return ok({ terms, line, next, date: rented.date });
}

/** Of a device; a bare one has its host added. */
function priceTerm(catalogue: Catalogue, { isBare, source }: Purchase, each: Dollars): Uncertain {
  const name = "price of a device, its host and network, USD";
  const from = cited(catalogue, source);
  return isBare ? { name, value: scale(HOST.value, each), source: from } : given(name, each, from);
}

/** A source of the catalogue so that a reader finds it; what is no id of one as it stands. */
function cited({ sources }: Catalogue, id: string): string {
  const source = sources[id];
  return source === undefined ? id : `${source.title}, ${source.publisher}, ${source.url}`;
}

/** On demand, of one device; null where no price is known. */
function rentOf(
  { catalogue, system, devices, joined }: Machine,
  each: number | undefined,
): { readonly each: number; readonly source: string; readonly date: string | undefined } | null {
  if (each !== undefined) return { each, source: "given", date: undefined };
  const need = { device: system.device.id, devices, joined };
  const rented = rentals(catalogue, need).find(({ kind }) => kind === "on-demand");
  if (rented?.offer === undefined) return null;
  const { source, date } = rented.offer;
  const dated = `${cited(catalogue, source)}; price of ${date ?? "no date"}`;
  return { each: rented.hourly.answer.p50 / devices, source: dated, date };
}
