/**
 * What failures leave of a long run over all devices of a hall, saved as often as loses least.
 *
 * Failures of software, which are a sixth of those of the run that the rates are from, are not in it. A run on spot
 * also stops whenever one of its instances is taken away.
 */
import { dalyInterval, goodput, type Reliability } from "../plan/index.ts";
import type { Interval } from "../interval.ts";
import type { Seconds } from "../units.ts";
import { given, type Propagated, propagated } from "../uncertain.ts";
import { type Interruptions, SECONDS_A_MONTH } from "./rental.ts";
import {
  FAILING,
  type FailingTerms,
  type Hall,
  joinedBetween,
  PARTS,
  type Times,
  timesOf,
} from "./upkeep.ts";

/** Mean times that a user knows better. */
export interface FailingKnown {
  readonly deviceBetween?: Seconds;
  /** Of anything. */
  readonly repair?: Seconds;
}

const YEAR: Seconds = 365.25 * 86_400;

export function failingTerms({ deviceBetween, repair }: FailingKnown = {}): FailingTerms {
  const repairs = PARTS.map((part) => `${part}Repair` as const);
  const said = [
    ...(deviceBetween === undefined ? [] : [["deviceYearly", YEAR / deviceBetween] as const]),
    ...(repair === undefined ? [] : repairs.map((key) => [key, repair] as const)),
  ];
  const known = said.map(([key, value]) => [key, given(FAILING[key].name, value)]);
  return { ...FAILING, ...Object.fromEntries(known) };
}

/** `f` of the mean times, with the doubt of each. */
export function ofTimes(terms: FailingTerms, f: (times: Times) => number): Propagated {
  return propagated(terms, (values) => f(timesAt(values)));
}

function timesAt(values: Readonly<Record<keyof FailingTerms, number>>): Times {
  return timesOf((part) => ({
    yearly: values[`${part}Yearly`],
    repair: values[`${part}Repair`],
  }));
}

export interface RunGoodput {
  /** Between failures of the whole. */
  readonly between: Interval;
  /** Between checkpoints. */
  readonly interval: Seconds;
  /** Share of time of use. */
  readonly goodput: Interval;
}

/** Instances that may be taken away, each with the run. */
export type Spot = Interruptions & { readonly instances: number };

const NEVER: Spot = { instances: 0, monthly: given("", 0), restart: given("", 0) };

export function runGoodput(
  terms: FailingTerms,
  hall: Hall,
  { save, restart }: { readonly save: Seconds; readonly restart: Seconds },
  { instances, monthly, restart: back }: Spot = NEVER,
): RunGoodput {
  const of = (f: (run: Reliability) => number): Interval =>
    propagated({ ...terms, monthly, back }, (values) => {
      const failing = 1 / joinedBetween(timesAt(values), hall, hall.devices);
      const taken = (instances * values.monthly) / SECONDS_A_MONTH;
      const stops = failing + taken;
      const again = (failing * restart + taken * values.back) / stops;
      return f({ between: 1 / stops, save, restart: again });
    }).answer;
  const between = of((run) => run.between);
  const interval = dalyInterval({ between: between.p50, save, restart });
  const share = of((run) => goodput(run, interval));
  return { between, interval, goodput: { ...share, p90: Math.min(1, share.p90) } };
}
