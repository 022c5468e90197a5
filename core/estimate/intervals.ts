/**
 * How far an estimate may be off: the size that errors of such questions have (operator laws,
 * schedulers, software age, the load generator), and how many sizes hold eight in ten on either side.
 *
 * The size is a weighted sum of the question's traits, the number of sizes depends on what the
 * estimate rests on; both are fitted on residuals of groups that no correction was fitted to.
 *
 * Source: coefficients/intervals.json
 */
import table from "../../coefficients/intervals.json" with { type: "json" };
import { weakest, type Basis, type Interval } from "../interval.ts";
import { logLinear, type LogLinear, type Traits } from "./log-linear.ts";
import type { OperatorTime } from "./types.ts";

/**
 * Quantities that err alike: first tokens, times a token and rates of services under load; first tokens
 * of simulated runs, and of those whose prompts are computed apart; whole batches of a transformer, and prompts of one that decodes, alone; networks;
 * training steps of language models and of networks; times to train of both; power; energy; single kernels.
 */
export type SpreadName = (typeof SPREAD_NAMES)[number];

export const SPREAD_NAMES = [
  "first",
  "token",
  "rate",
  "run",
  "apart",
  "batch",
  "prompt",
  "network",
  "training",
  "training-network",
  "quality",
  "quality-network",
  "power",
  "energy",
  "kernel",
] as const;

/** How far the true time may be from the estimated one, in units of `scale`, below it and above it. */
export interface Reach {
  readonly below: number;
  readonly above: number;
}

export interface Width {
  /** ln of the size of errors of such questions. */
  readonly scale: LogLinear;
  readonly reach: Readonly<Record<Basis, Reach>>;
  /** Devices of the catalogue with figures of this quantity in the evidence, by id. */
  readonly seen: readonly string[];
  /** Errors on all other devices over those on these, 1 or more: intervals are as many times as wide. */
  readonly unseen: number;
}

export interface IntervalWidths {
  readonly names: Readonly<Record<SpreadName, Width>>;
  /** Errors on devices that nobody can have measured yet, over those of devices in the evidence. */
  readonly announced: number;
}

export const SHIPPED_WIDTHS: IntervalWidths = { names: table.names, announced: table.announced };

export interface Doubt {
  readonly spread: number;
  readonly basis: Basis;
}

/** Share-weighted spread of operators that err together, with their weakest basis by time that matters. */
export function doubtOf(times: readonly OperatorTime[]): Doubt {
  let whole = 0;
  let weighted = 0;
  for (const { operator, time, spread } of times) {
    whole += operator.count * time;
    weighted += operator.count * time * spread;
  }
  if (whole === 0) return { spread: 0, basis: "analytic" };
  const heavy = times.filter(({ operator, time }) => operator.count * time >= HEAVY * whole);
  const deciding = heavy.length === 0 ? times : heavy;
  return { spread: weighted / whole, basis: weakest(deciding.map(({ basis }) => basis)) };
}

/** Operators below this share of a step's time do not decide what an estimate rests on, unless all are. */
const HEAVY = 0.05;

/** What was asked, of which device (by id), as far as errors depend on it. */
export interface Asked {
  readonly name: SpreadName;
  readonly traits: Traits;
  readonly device: string;
}

/** The interval of a time (or power) of median `value` in such a question. */
export function widened(
  value: number,
  { basis }: Pick<Doubt, "basis">,
  asked: Asked & { readonly widths: IntervalWidths },
): Interval {
  const { below, above } = reachOf({ ...asked, basis }, asked.widths);
  return { p10: value * Math.exp(-below), p50: value, p90: value * Math.exp(above), basis };
}

/** How far the logarithm of the true value may be from that of an estimate, eight times in ten. */
export function reachOf(
  { basis, ...asked }: Asked & Pick<Doubt, "basis">,
  widths: IntervalWidths,
): Reach {
  const { scale, reach } = widths.names[asked.name];
  const size = widening(asked, widths) * Math.exp(logLinear(scale, asked.traits));
  return { below: reach[basis].below * size, above: reach[basis].above * size };
}

/** Errors on such a device over those on devices with figures of this quantity. */
function widening({ name, traits, device }: Asked, { names, announced }: IntervalWidths): number {
  const { seen, unseen } = names[name];
  const unlike = seen.includes(device) ? 1 : unseen;
  return traits["announced"] === 1 ? Math.max(announced, unlike) : unlike;
}

/** A sentence for a person where figures of other devices alone say how sure an estimate is. */
export function unseenNotes(asked: Asked, widths: IntervalWidths): readonly string[] {
  const times = widening(asked, widths);
  if (times === 1) return [];
  const wider = times.toFixed(2);
  return [`no published figure of this device is behind this: intervals ${wider} times as wide`];
}

/** `above` over `below`, whose errors are independent. */
export function quotient(above: Interval, below: Interval): Interval {
  const p50 = above.p50 / below.p50;
  const up = Math.hypot(Math.log(above.p90 / above.p50), Math.log(below.p50 / below.p10));
  const down = Math.hypot(Math.log(above.p50 / above.p10), Math.log(below.p90 / below.p50));
  const basis = weakest([above.basis, below.basis]);
  return { p10: p50 * Math.exp(-down), p50, p90: p50 * Math.exp(up), basis };
}
