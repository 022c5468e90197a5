/** All laws fitted on timed kernels, with the spreads that their residuals show. */
import {
  LAW_NAMES,
  spreadSize,
  type Anchor,
  type LawName,
  type Spread,
  type Spreads,
} from "../estimate/laws/index.ts";
import { Z90 } from "../normal.ts";
import { byDevice, samplesByDevice } from "./_samples.ts";
import { fitLaw, logResiduals, type FittedLaw } from "./fit-law.ts";
import { anchorsOf, leaveOneDeviceOut, type Errors } from "./leave-one-device-out.ts";
import type { Sample } from "./sample.ts";

export interface LawFit extends FittedLaw {
  readonly law: LawName;
  readonly spread: Spreads;
  /** On the devices of the fit. */
  readonly within: readonly Errors[];
  /** On each device left out of it. */
  readonly across: readonly Errors[];
}

export interface Fit {
  readonly anchors: Readonly<Record<string, Anchor>>;
  readonly laws: readonly LawFit[];
}

/** Laws that `samples` speak of, each fitted on all its devices and on all but each; `reached` hears of each. */
export function fitLaws(
  samples: readonly Sample[],
  reached: (done: number, total: number) => void = () => {},
): Fit {
  const laws = LAW_NAMES.filter((name) => samples.some(({ law }) => law === name));
  const fitted = laws.map((law, index) => {
    reached(index, laws.length);
    return fitOne(law, samples);
  });
  return { anchors: anchorsOf(byDevice(samples)), laws: fitted };
}

function fitOne(law: LawName, samples: readonly Sample[]): LawFit {
  const groups = samplesByDevice(law, samples);
  const fitted = fitLaw(law, groups);
  const within = [...groups].map(([device, mine]) => {
    const reach = fitted.devices[device];
    return {
      law,
      device,
      samples: mine,
      residuals:
        reach === undefined ? new Float64Array(0) : logResiduals(law, mine, fitted.shape, reach),
    };
  });
  const across = leaveOneDeviceOut(law, samples);
  return { law, ...fitted, spread: spreads(within, across), within, across };
}

/** Devices fewer than these say little about how a law carries over; its spread is widened instead. */
const DEVICES_MIN = 3;
const WIDENED = 1.6;
/** Of unlike machines (a TPU timed by laws of GPUs), nothing of the kind being in the tables. */
const UNLIKE = 2;

function spreads(within: readonly Errors[], across: readonly Errors[]): Spreads {
  const calibrated = spreadOf(within);
  const transferred = across.length < DEVICES_MIN ? scaled(calibrated, WIDENED) : spreadOf(across);
  return { calibrated, transferred, analytic: scaled(transferred, UNLIKE) };
}

function scaled({ short, middle, long }: Spread, factor: number): Spread {
  return { short: short * factor, middle: middle * factor, long: long * factor };
}

/** Samples from which on a size class has a spread of its own. */
const CLASS_MIN = 30;
function spreadOf(errors: readonly Errors[]): Spread {
  const all: number[] = [];
  const classes: Record<keyof Spread, number[]> = { short: [], middle: [], long: [] };
  for (const { samples, residuals } of errors) {
    residuals.forEach((residual, index) => {
      const off = Math.abs(residual);
      all.push(off);
      classes[spreadSize((samples[index] as Sample).time)].push(off);
    });
  }
  const of = (offs: number[]): number =>
    quantileOf(offs.length < CLASS_MIN ? all : offs, 0.8) / Z90;
  return { short: of(classes.short), middle: of(classes.middle), long: of(classes.long) };
}

/** The value below which `share` of `values` lie. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
