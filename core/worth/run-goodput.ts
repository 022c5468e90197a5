/**
 * What failures leave of a long run over all devices of a hall, saved as often as loses least.
 *
 * Failures of software, which are a sixth of those of the run that the rates are from, are not in it.
 */
import { dalyInterval, goodput } from "../plan/index.ts";
import type { Interval } from "../interval.ts";
import type { Seconds } from "../units.ts";
import { given, type Propagated, propagated, type Uncertain } from "../uncertain.ts";
import {
  FAILING,
  type Hall,
  joinedBetween,
  type Part,
  PARTS,
  type Times,
  timesOf,
} from "./upkeep.ts";

export type FailingTerms = Readonly<Record<`${Part}Yearly` | `${Part}Repair`, Uncertain>>;

/** Mean times that a user knows better. */
export interface FailingKnown {
  readonly deviceBetween?: Seconds;
  /** Of anything. */
  readonly repair?: Seconds;
}

const YEAR: Seconds = 365.25 * 86_400;

export function failingTerms({ deviceBetween, repair }: FailingKnown = {}): FailingTerms {
  const entries = PARTS.flatMap((part) => {
    const { yearly, repair: usual } = FAILING[part];
    const isKnown = part === "device" && deviceBetween !== undefined;
    return [
      [`${part}Yearly`, isKnown ? given(yearly.name, YEAR / deviceBetween) : yearly],
      [`${part}Repair`, repair === undefined ? usual : given(usual.name, repair)],
    ];
  });
  // Two entries a part are every key of FailingTerms.
  return Object.fromEntries(entries) as FailingTerms;
}

/** `f` of the mean times, with the doubt of each. */
export function ofTimes(terms: FailingTerms, f: (times: Times) => number): Propagated {
  return propagated(terms, (values) => {
    const of = (part: Part) => ({
      yearly: values[`${part}Yearly`],
      repair: values[`${part}Repair`],
    });
    return f(
      timesOf({ device: of("device"), host: of("host"), switch: of("switch"), rack: of("rack") }),
    );
  });
}

export interface RunGoodput {
  /** Between failures of the whole. */
  readonly between: Interval;
  /** Between checkpoints. */
  readonly interval: Seconds;
  /** Share of time of use. */
  readonly goodput: Interval;
}

export function runGoodput(
  terms: FailingTerms,
  hall: Hall,
  { save, restart }: { readonly save: Seconds; readonly restart: Seconds },
): RunGoodput {
  const of = (times: Times) => ({
    between: joinedBetween(times, hall, hall.devices),
    save,
    restart,
  });
  const between = ofTimes(terms, (times) => of(times).between).answer;
  const interval = dalyInterval({ between: between.p50, save, restart });
  const share = ofTimes(terms, (times) => goodput(of(times), interval)).answer;
  return { between, interval, goodput: { ...share, p90: Math.min(1, share.p90) } };
}
