/** The coefficients file with the laws of a fit put in. */
import type { Fit, LawFit } from "../../core/calibrate/index.ts";
import {
  LAW_NAMES,
  type LawName,
  type Reach,
  type Spreads,
} from "../../core/estimate/laws/index.ts";

interface LawFile {
  readonly shape: Readonly<Record<string, number>>;
  readonly devices: Readonly<Record<string, Reach>>;
  readonly spread: Spreads;
  readonly kernels?: number;
}

interface CoefficientsFile {
  readonly about: unknown;
  readonly anchors: unknown;
  readonly laws: Readonly<Record<LawName, LawFile>>;
  readonly power: unknown;
}

/** Laws without a table take the reach of their nearest relative, and a wider spread. */
const RELATIVES: Partial<Readonly<Record<LawName, LawName>>> = {
  "experts/int8": "experts/fp8",
};
const WIDENED = 1.5;
/** Digits that a coefficient deserves: its own error is percents. */
const DIGITS = 4;

export function withFit(file: CoefficientsFile, fit: Fit, date: string): CoefficientsFile {
  const fitted = new Map(fit.laws.map((law) => [law.law, fileOf(law)]));
  const laws = Object.fromEntries(
    LAW_NAMES.map((name) => [name, fitted.get(name) ?? relative(name, fitted) ?? file.laws[name]]),
  ) as Record<LawName, LawFile>;
  return {
    about: {
      source: "ai-dynamo/aiconfigurator@095f58a5 (Apache-2.0), kernel tables",
      command: "node scripts/fit-kernels.ts --kernels DIR --date DATE",
      date,
      spread: "80th percentile of |log(predicted / measured)| over 1.2816, by time of the kernel",
    },
    anchors: fit.anchors,
    laws,
    power: file.power,
  };
}

function relative(name: LawName, fitted: ReadonlyMap<LawName, LawFile>): LawFile | undefined {
  const other = RELATIVES[name];
  const law = other === undefined ? undefined : fitted.get(other);
  if (law === undefined) return undefined;
  const spread = Object.fromEntries(
    Object.entries(law.spread).map(([basis, sizes]) => [basis, rounded(sizes, WIDENED)]),
  ) as unknown as Spreads;
  return { shape: law.shape, devices: law.devices, spread };
}

function fileOf({ shape, devices, spread, within }: LawFit): LawFile {
  return {
    kernels: within.reduce((sum, { samples }) => sum + samples.length, 0),
    shape: rounded(shape),
    devices: Object.fromEntries(Object.entries(devices).map(([id, reach]) => [id, rounded(reach)])),
    spread: {
      calibrated: rounded(spread.calibrated),
      transferred: rounded(spread.transferred),
      analytic: rounded(spread.analytic),
    },
  };
}

function rounded<T extends object>(numbers: T, factor = 1): T {
  return Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [
      key,
      Number((Number(value) * factor).toPrecision(DIGITS)),
    ]),
  ) as T;
}
