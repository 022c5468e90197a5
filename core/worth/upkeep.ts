/**
 * Failures and repairs of devices, hosts, racks and switches: availability, spares, what each takes down.
 *
 * Times between failures and to repair are exponential and independent. What stands in series is up when all
 * of it is. A spare takes over at once: swapping is quick beside repair.
 *
 * Source: Barlow and Proschan 1975, "Statistical Theory of Reliability", chapter 2 (series, k out of n)
 */
import table from "../../coefficients/priors.json" with { type: "json" };
import { scale } from "../interval.ts";
import { power } from "../power.ts";
import type { Fraction, Seconds } from "../units.ts";
import { priors, type Uncertain } from "../uncertain.ts";
import { upShare } from "./rental.ts";

const DAY: Seconds = 86_400;
const YEAR: Seconds = 365.25 * DAY;

/** Devices and days of the run that the counts below are of. */
const RUN_DEVICES = 16_384;
const RUN_DAYS = 54;

export const PARTS = ["device", "host", "switch", "rack"] as const;
export type Part = (typeof PARTS)[number];

/** Failures a year of one part, and seconds to repair it. */
export type FailingTerms = Readonly<Record<`${Part}Yearly` | `${Part}Repair`, Uncertain>>;

/** A Poisson count of the run, of `parts` parts, as a year of one; its ends are 1.28 of its root away. */
function counted(name: string, count: number, parts: number): Uncertain {
  const year = YEAR / (RUN_DAYS * DAY) / parts;
  const ends = 1.28 * Math.sqrt(count);
  const value = { p10: count - ends, p50: count, p90: count + ends, basis: "transferred" } as const;
  return { name, value: scale(value, year), source: `${LLAMA}: ${count} of them` };
}

const LLAMA = "Dubey et al. 2024 (arXiv 2407.21783), table 5: 54 days on 16,384 H100";

/**
 * Defaults. Of 419 interruptions 268 were of devices (148 faulty, 72 of their memory, 48 of SRAM, system processor, silent errors,
 * thermal interface), 53 of hosts (maintenance 32, NICs 7, the rest 14), 35 of switches and cables; 63 of software are in none of these.
 */
export const FAILING: FailingTerms = {
  deviceYearly: counted("failures of a device a year", 268, RUN_DEVICES),
  hostYearly: counted("failures of a host a year", 53, RUN_DEVICES / 8),
  ...priors(table.failing),
};

/** How many of each stand in one above. */
export interface Hall {
  readonly devices: number;
  readonly perHost: number;
  readonly hostsPerRack: number;
}

/** Devices that stop with one of a part. */
export function stopped({ perHost, hostsPerRack, devices }: Hall, part: Part): number {
  const all = { device: 1, host: perHost, switch: perHost * hostsPerRack };
  return Math.min(devices, part === "rack" ? all.switch : all[part]);
}

/** Mean times of each part. */
export type Times = Readonly<Record<Part, { readonly between: Seconds; readonly repair: Seconds }>>;

export function timesOf(
  of: (part: Part) => { readonly yearly: number; readonly repair: Seconds },
): Times {
  const times = PARTS.map((part) => {
    const { yearly, repair } = of(part);
    return [part, { between: YEAR / yearly, repair }];
  });
  return Object.fromEntries(times) as Times;
}

/** Share of time that `devices` joined devices all work, with the hosts, switches and racks they stand in. */
export function joinedAvailability(times: Times, hall: Hall, devices: number): Fraction {
  return PARTS.reduce((share, part) => {
    const { between, repair } = times[part];
    return share * power(upShare(between, repair), Math.ceil(devices / stopped(hall, part)));
  }, 1);
}

/** Seconds between stops of `devices` joined devices, of any cause here. */
export function joinedBetween(times: Times, hall: Hall, devices: number): Seconds {
  const rate = PARTS.reduce(
    (sum, part) => sum + Math.ceil(devices / stopped(hall, part)) / times[part].between,
    0,
  );
  return 1 / rate;
}

/** Probability that at least `needed` of `all` are up, each with `share`. */
export function upAtLeast(needed: number, all: number, share: Fraction): Fraction {
  if (share >= 1) return 1;
  if (share <= 0) return needed <= 0 ? 1 : 0;
  // Terms downwards from all up, each from the one before, so that no factorial is needed.
  let term = all * Math.log(share);
  let sum = Math.exp(term);
  for (let up = all; up > needed; up -= 1) {
    term += Math.log(up / (all - up + 1)) + Math.log((1 - share) / share);
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

const SPARES_MAX = 100_000;

/** Fewest spares with which `needed` are up with probability `target`; null where no sane number does. */
export function sparesFor(needed: number, share: Fraction, target: Fraction): number | null {
  if (share * SPARES_MAX < needed) return null;
  let spares = 0;
  while (upAtLeast(needed, needed + spares, share) < target) {
    spares += Math.max(1, Math.floor(spares / 64));
    if (spares > SPARES_MAX) return null;
  }
  while (spares > 0 && upAtLeast(needed, needed + spares - 1, share) >= target) spares -= 1;
  return spares;
}
