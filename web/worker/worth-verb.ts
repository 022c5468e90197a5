/** A machine as an investment: bought, rented, or waited for. */
import { draw, PUE_USUAL, type Catalogue, type Draw, type Interval } from "../../core/index.ts";
import {
  invest,
  INVEST_KEYS,
  investTerms,
  machineOf,
  places,
  STRATEGIES,
  type CarbonKind,
  type InvestTerm,
  type Machine,
  type Strategy,
  type Swing,
  type Uncertain,
} from "../../core/worth/index.ts";
import { wholeCatalogue } from "./current-catalogue.ts";
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
  readonly swings: readonly (Swing & { readonly key: InvestTerm })[];
  readonly terms: readonly (Uncertain & { readonly key: InvestTerm })[];
  readonly rentDate: string | null;
  readonly energy: EnergyView;
}

/** Of the machine at work, all day. */
export interface EnergyView {
  readonly draw: Draw;
  /** Joules a day, at the wall. */
  readonly day: number;
  /** Grams a day where it stands; null where no source says. */
  readonly here: { readonly place: string; readonly grams: number } | null;
  /** Where the same work emits least, grams a day. */
  readonly places: Readonly<
    Record<CarbonKind, readonly { readonly place: string; readonly grams: number }[]>
  >;
}

const DAY = 86_400;
const JOULES_PER_KWH = 3.6e6;
const PLACES_SHOWN = 5;

export async function* worthAnswer(question: WorthQuestion): Parts<WorthView> {
  const { device, devices, horizon, utilisation, growth, discount } = question;
  const catalogue = await wholeCatalogue();
  const machine = accepted(machineOf(catalogue, { device, devices }));
  const { terms, date } = accepted(
    investTerms(machine, { growth, discount }, { owner: { utilisation }, measure: "compute" }),
  );
  const { cost, buyLessRent, probability, breakEven } = invest(terms, horizon);
  const of = (name: Strategy): Interval => cost[name].answer;
  const keyed = INVEST_KEYS.map((key) => ({ key, ...terms[key] }));
  yield {
    title: `${devices} × ${machine.system.device.name}`,
    best: STRATEGIES.toSorted((a, b) => of(a).p50 - of(b).p50)[0] ?? "rent",
    cost: { buy: of("buy"), rent: of("rent"), wait: of("wait") },
    probability,
    breakEven,
    middle: buyLessRent.answer.p50,
    swings: buyLessRent.swings.flatMap((swing) => {
      const term = keyed.find(({ name }) => name === swing.name);
      return term === undefined ? [] : [{ ...swing, key: term.key }];
    }),
    terms: keyed,
    rentDate: date ?? null,
    energy: energyOf(machine, catalogue),
  };
}

function energyOf({ system, devices, devicePower }: Machine, catalogue: Catalogue): EnergyView {
  const power = draw(system, devices, devicePower);
  const { grid } = system;
  const day = power.wall.p50 * DAY;
  const least = (kind: CarbonKind) =>
    places(catalogue, day / (grid?.pue ?? PUE_USUAL), kind)
      .slice(0, PLACES_SHOWN)
      .map(({ grid: { name }, grams }) => ({ place: name, grams }));
  return {
    draw: power,
    day,
    here:
      grid?.gramsPerKwh === undefined
        ? null
        : { place: grid.name, grams: (day / JOULES_PER_KWH) * grid.gramsPerKwh },
    places: { average: least("average"), marginal: least("marginal") },
  };
}
