/**
 * Buy, rent or wait: the net present cost of serving a demand over a horizon.
 *
 * The demand is counted in devices of today and grows. Who buys adds devices as the demand grows, at what the
 * same work then costs, and has at the end what a like amount of work costs new, less the share of its life
 * that is gone. Who rents pays hours at work, at a price that falls. Who waits rents until the next
 * generation, then buys that. Money later counts less. Taxes, and devices that fail before their time, are left out.
 *
 * Source: Brealey, Myers and Allen, "Principles of Corporate Finance", chapter 2 (present value)
 */
import table from "../../coefficients/priors.json" with { type: "json" };
import type { Interval } from "../interval.ts";
import { power } from "../power.ts";
import { probabilityUnder } from "./probability.ts";
import { HOURS_A_YEAR } from "../estimate/index.ts";
import { priors, type Propagated, propagated, type Uncertain } from "../uncertain.ts";

/** What the answer hangs on. */
export const INVEST_KEYS = [
  "devices",
  "growth",
  "discount",
  "rentFall",
  "next",
  "resale",
  "utilisation",
  "life",
  "price",
  "running",
  "rent",
  "improvement",
  "jump",
] as const;
export type InvestTerm = (typeof INVEST_KEYS)[number];
export type InvestTerms = Readonly<Record<InvestTerm, Uncertain>>;
type Values = Readonly<Record<InvestTerm, number>>;

export const INVEST_TERMS: Readonly<
  Record<"growth" | "discount" | "rentFall" | "resale" | "next" | "utilisation", Uncertain>
> = priors(table.invest);

export const STRATEGIES = ["buy", "rent", "wait"] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface Investment {
  /** Net present cost, USD. */
  readonly cost: Readonly<Record<Strategy, Propagated>>;
  /** Buying less renting: below zero where buying costs less. */
  readonly buyLessRent: Propagated;
  /** How likely each costs less than renting. */
  readonly probability: Readonly<Record<"buy" | "wait", number>>;
  /** Share of hours at work above which buying costs less than renting. */
  readonly breakEven: Interval;
}

/** Steps a year in which demand grows and money is paid. */
const STEPS = 4;

/** All three over `horizon` years. */
export function invest(terms: InvestTerms, horizon: number): Investment {
  const of = (strategy: Strategy) =>
    propagated(terms, (values) => presentCost(strategy, values, horizon));
  const less = (strategy: Strategy) =>
    propagated(
      terms,
      (values) => presentCost(strategy, values, horizon) - presentCost("rent", values, horizon),
    );
  const buyLessRent = less("buy");
  return {
    cost: { buy: of("buy"), rent: of("rent"), wait: of("wait") },
    buyLessRent,
    probability: {
      buy: probabilityUnder(buyLessRent.answer, 0),
      wait: probabilityUnder(less("wait").answer, 0),
    },
    breakEven: propagated(
      terms,
      (values) =>
        presentCost("buy", values, horizon) /
        presentCost("rent", { ...values, utilisation: 1 }, horizon),
    ).answer,
  };
}

/** Dollars of today. */
export function presentCost(strategy: Strategy, values: Values, horizon: number): number {
  const steps = Math.round(horizon * STEPS);
  const bought: { readonly at: number; readonly work: number }[] = [];
  let cost = 0;
  let owned = 0;
  for (let step = 0; step < steps; step += 1) {
    const year = step / STEPS;
    const need = values.devices * power(1 + values.growth, year);
    const today = power(1 + values.discount, -year);
    const isOwner = strategy === "buy" || (strategy === "wait" && year >= values.next);
    if (isOwner && need > owned) {
      cost += (need - owned) * newPrice(strategy, values, year) * today;
      bought.push({ at: year, work: need - owned });
      owned = need;
    }
    const hourly = isOwner
      ? owned * values.running
      : need * values.utilisation * values.rent * power(1 - values.rentFall, year);
    cost += (hourly * HOURS_A_YEAR * today) / STEPS;
  }
  const end = newPrice(strategy, values, horizon);
  const left = bought.reduce(
    (worth, { at, work }) => worth + work * end * Math.max(0, 1 - (horizon - at) / values.life),
    0,
  );
  return cost - values.resale * left * power(1 + values.discount, -horizon);
}

/** What a device of today costs in `year`, in the parts that are then sold; the next generation comes with a jump. */
function newPrice(strategy: Strategy, values: Values, year: number): number {
  const fallen = values.price * power(values.improvement, -year);
  return strategy === "wait" ? fallen / values.jump : fallen;
}
