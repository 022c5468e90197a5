/**
 * Failures and repairs of devices, hosts, racks and switches: availability, spares, what each takes down.
 *
 * Times between failures and to repair are exponential and independent. What stands in series is up when all
 * of it is. A spare takes over at once: swapping is quick beside repair.
 *
 * Source: Barlow and Proschan 1975, "Statistical Theory of Reliability", chapter 2 (series, k out of n)
 */
import type { Fraction, Seconds } from "../units.ts";
import { prior, type Uncertain } from "../uncertain.ts";
import { upShare } from "./rental.ts";

const DAY: Seconds = 86_400;
const YEAR: Seconds = 365.25 * DAY;

/** Devices and days of the run that the counts below are of. */
const RUN_DEVICES = 16_384;
const RUN_DAYS = 54;
const RUN_PER_HOST = 8;

export const PARTS = ["device", "host", "switch", "rack"] as const;
export type Part = (typeof PARTS)[number];

export interface Failing {
  /** A year, of one. */
  readonly yearly: Uncertain;
  /** To repair, s. */
  readonly repair: Uncertain;
}

/** Failures of a year of one part, of `count` in the run. */
function inRun(count: number, parts: number): number {
  return (count / parts) * (YEAR / (RUN_DAYS * DAY));
}

/** A Poisson count's ends: ± 1.28 of its root. */
function counted(name: string, count: number, parts: number, source: string): Uncertain {
  const root = 1.28 * Math.sqrt(count);
  const ends = [count - root, count, count + root].map((each) => inRun(each, parts));
  const [p10 = 0, p50 = 0, p90 = 0] = ends;
  return { name, value: { p10, p50, p90, basis: "transferred" }, source };
}

const LLAMA = "Dubey et al. 2024 (arXiv 2407.21783), table 5: 54 days on 16,384 H100";

/**
 * Defaults. Of 419 interruptions 268 were of devices (148 faulty, 72 of their memory, 48 of SRAM, system
 * processor, silent errors, thermal interface), 53 of hosts (maintenance 32, NICs 7, the rest 14), 35 of switches
 * and cables; 63 of software are in none of these.
 */
export const FAILING: Readonly<Record<Part, Failing>> = {
  device: {
    yearly: counted("failures of a device a year", 268, RUN_DEVICES, `${LLAMA}: 268 of devices`),
    repair: prior("repair of a device, s", [1800, 4 * 3600, 3 * DAY]),
  },
  host: {
    yearly: counted(
      "failures of a host a year",
      53,
      RUN_DEVICES / RUN_PER_HOST,
      `${LLAMA}: 53 of hosts`,
    ),
    repair: prior("repair of a host, s", [3600, 12 * 3600, 7 * DAY]),
  },
  switch: {
    yearly: prior(
      "failures of a rack's switch a year",
      [0.02, 0.05, 0.1],
      "Gill, Jain and Nagappan 2011 (SIGCOMM), section 4: a top-of-rack switch fails with 5 % in a year; ends a prior",
    ),
    repair: prior("repair of a switch, s", [600, 3600, 12 * 3600]),
  },
  rack: {
    yearly: prior(
      "failures of a rack's power or cooling a year",
      [0.02, 0.1, 0.67],
      "p90: Dean 2009 (LADIS keynote), 20 rack failures in a cluster's first year, of some 30 racks; the rest a prior",
    ),
    repair: prior("repair of a rack, s", [3600, 6 * 3600, 2 * DAY]),
  },
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
  values: Readonly<Record<Part, { readonly yearly: number; readonly repair: Seconds }>>,
): Times {
  const of = (part: Part) => ({
    between: YEAR / values[part].yearly,
    repair: values[part].repair,
  });
  return { device: of("device"), host: of("host"), switch: of("switch"), rack: of("rack") };
}

/** Share of time that `devices` joined devices all work, with the hosts, switches and racks they stand in. */
export function joinedAvailability(times: Times, hall: Hall, devices: number): Fraction {
  return PARTS.reduce((share, part) => {
    const { between, repair } = times[part];
    return share * upShare(between, repair) ** Math.ceil(devices / stopped(hall, part));
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
