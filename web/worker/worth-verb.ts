/** A machine as an investment: bought, rented, or waited for. */
import { catalogue, type Interval } from "../../core/index.ts";
import {
  invest,
  investTerms,
  machineOf,
  STRATEGIES,
  type Strategy,
  type Swing,
  type Uncertain,
} from "../../core/worth/index.ts";
import type { Parts } from "./messages.ts";
import { accepted } from "./refusal.ts";

export interface WorthQuestion {
  readonly device: string;
  readonly devices: number;
  /** Years to look ahead. */
  readonly horizon: number;
  /** Shares: hours at work, growth of demand a year, discount a year. */
  readonly utilisation: number;
  readonly growth: number;
  readonly discount: number;
}

export interface WorthView {
  readonly title: string;
  readonly best: Strategy;
  /** Net present dollars. */
  readonly cost: Readonly<Record<Strategy, Interval>>;
  readonly probability: Readonly<Record<"buy" | "wait", number>>;
  readonly breakEven: Interval;
  /** Buying less renting, and what moves it most. */
  readonly middle: number;
  readonly swings: readonly Swing[];
  readonly terms: readonly Uncertain[];
  readonly rentDate: string | null;
}

export async function* worthAnswer(question: WorthQuestion): Parts<WorthView> {
  const { device, devices, horizon, utilisation, growth, discount } = question;
  const machine = accepted(machineOf(catalogue, { device, devices }));
  const { terms, date } = accepted(
    investTerms(machine, { growth, discount }, { owner: { utilisation }, measure: "compute" }),
  );
  const { cost, buyLessRent, probability, breakEven } = invest(terms, horizon);
  const of = (name: Strategy): Interval => cost[name].answer;
  yield {
    title: `${devices} × ${machine.system.device.name}`,
    best: STRATEGIES.toSorted((a, b) => of(a).p50 - of(b).p50)[0] ?? "rent",
    cost: { buy: of("buy"), rent: of("rent"), wait: of("wait") },
    probability,
    breakEven,
    middle: buyLessRent.answer.p50,
    swings: buyLessRent.swings,
    terms: Object.values(terms),
    rentDate: date ?? null,
  };
}
