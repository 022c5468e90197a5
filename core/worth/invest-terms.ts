/** What buying, renting and waiting hang on, from a machine, its prices and the trend of launches. */
import { ok, refuse, type Result } from "../result.ts";
import { INVEST_TERMS, type InvestTerms } from "./invest.ts";
import { OWNER_TERMS, ownedBy, ownedHourly, type OwnerFigures } from "../estimate/index.ts";
import { bought, type Machine } from "./machine.ts";
import { rentals } from "./rental.ts";
import { backtest, launches, type Measured, trend, type Trend } from "./trend.ts";
import { given, prior, type Uncertain } from "../uncertain.ts";

/** What a user knows better. */
export interface InvestFigures {
  readonly growth?: number;
  readonly discount?: number;
  readonly rentFall?: number;
  readonly next?: number;
}

/** Never written off: what remains is what running costs. */
const RUNNING: OwnerFigures = { life: 1e9, residual: 0, network: 0 };

/** What {@link invest} is asked, and the trend of launches it rests on. */
export interface Investing {
  readonly terms: InvestTerms;
  readonly line: Trend;
  /** Of the rent. */
  readonly date: string | undefined;
}

/** Errors: no price to buy or none to rent is known, or too few launches have prices. */
export function investTerms(
  machine: Machine,
  known: InvestFigures,
  { owner, measure }: { readonly owner: OwnerFigures; readonly measure: Measured },
): Result<Investing> {
  const { catalogue, system, devices, joined } = machine;
  const purchase = bought(machine);
  const need = { device: system.device.id, devices, joined };
  const rented = rentals(catalogue, need).find(({ kind }) => kind === "on-demand");
  if (purchase === null || rented === undefined)
    return refuse([system.device.id], "a device with a price to buy and one to rent", "no price");
  const all = launches(catalogue, measure);
  const line = trend(all);
  if (line === null) return refuse(["catalogue"], "six launches with prices", all.length);
  const running = ownedHourly(ownedBy(machine, purchase), { ...owner, ...RUNNING }).answer;
  const priced = 1 + (devices > purchase.perServer ? OWNER_TERMS.network.value.p50 : 0);
  const each = purchase.dollars / devices;
  const { utilisation, life } = owner;
  const said = (key: keyof InvestFigures): Uncertain => {
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
        ? prior("share of hours at work", [0.3, 0.6, 0.9])
        : given("share of hours at work", utilisation),
    life: life === undefined ? OWNER_TERMS.life : given(OWNER_TERMS.life.name, life),
    price: purchase.isBare
      ? prior(
          "price of a device, its host and network, USD",
          [each * priced, 1.4 * each * priced, 1.67 * each * priced],
          purchase.source,
        )
      : given("price of a device, its host and network, USD", each * priced, purchase.source),
    running: {
      name: "running a device, USD an hour",
      value: scaled(running, 1 / devices),
      source: "tenlane cost, without the price",
    },
    rent: given(
      "rent of a device, USD an hour",
      rented.hourly.answer.p50 / devices,
      `${rented.offer.source}, ${rented.offer.date ?? "no date"}`,
    ),
    improvement: {
      name: "what a dollar buys more, a year",
      value: line.yearly,
      source: `${all.length} launches with list prices`,
    },
    jump: {
      name: "next generation over the trend",
      value: spreadAround(backtest(all).spread),
      source: "each launch foretold from those before it",
    },
  };
  return ok({ terms, line, date: rented.offer.date });
}

/** Standard normal quantile of 0.9. */
const Z90 = 1.2815515655446004;

function spreadAround(spread: number): Uncertain["value"] {
  const factor = Math.exp(Z90 * spread);
  return { p10: 1 / factor, p50: 1, p90: factor, basis: "transferred" };
}

function scaled({ p10, p50, p90, basis }: Uncertain["value"], by: number): Uncertain["value"] {
  return { p10: p10 * by, p50: p50 * by, p90: p90 * by, basis };
}
