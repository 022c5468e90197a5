/**
 * Watts by what draws them, over a day of load, and joules by what they make.
 *
 * An idle host draws a share of what it draws at work; in between, power rises in a straight line with the
 * load. Cooling and losses are what PUE adds. Switches are those of a full fat tree.
 *
 * Source: Barroso, Hölzle and Ranganathan 2018, "The Datacenter as a Computer", section 5.3 (power against load)
 */
import { exact, type Interval, scale, sum } from "../interval.ts";
import type { Fraction, Joules, Watts } from "../units.ts";
import { prior, propagated, type Uncertain } from "./uncertain.ts";

/** Idle power over power at work. */
export const IDLE_SHARE: Uncertain = prior(
  "idle power over loaded",
  [0.25, 0.35, 0.5],
  "MLPerf Inference power runs: 0.25 of a server of eight B200, 0.5 of eight A100; p50 a prior",
);

/**
 * Power of switches over that of hosts.
 *
 * Source: NVIDIA DGX SuperPOD with H100, reference architecture RA-11333-001: 127 systems of 10.2 kW have 32
 * leaf and 16 spine switches; QM9700 datasheet, 747 W typical: 48 · 747 / (127 · 10,200)
 */
const SWITCH_SHARE: Fraction = (48 * 747) / (127 * 10_200);

export interface Draw {
  readonly devices: Interval;
  readonly hosts: Interval;
  readonly network: Interval;
  /** Cooling, conversion, light: what PUE adds. */
  readonly cooling: Interval;
  readonly wall: Interval;
}

interface Drawn {
  readonly devices: number;
  /** Of one device at work. */
  readonly devicePower: Interval;
  /** Of the host, a device, at work. */
  readonly hostPower: Watts;
  readonly pue: number;
  /** More hosts than one. */
  readonly isJoined: boolean;
}

/** Power by component, at work. */
export function draw({ devices, devicePower, hostPower, pue, isJoined }: Drawn): Draw {
  const device = scale(devicePower, devices);
  const hosts = exact(devices * hostPower, devicePower.basis);
  const network = scale(sum([device, hosts]), isJoined ? SWITCH_SHARE : 0);
  const it = sum([device, hosts, network]);
  const cooling = scale(it, pue - 1);
  return { devices: device, hosts, network, cooling, wall: sum([it, cooling]) };
}

export interface Day {
  /** Power of each hour. */
  readonly hours: readonly Interval[];
  readonly energy: Interval;
  /** Energy of a unit of work, over the whole day. */
  readonly each: Interval;
}

/** A day in which hour h has `load[h]` of the rate that draws `wall`; `rate` is of units a second at load 1. */
export function day(
  wall: Interval,
  load: readonly Fraction[],
  { rate, idle = IDLE_SHARE }: { readonly rate: number; readonly idle?: Uncertain },
): Day {
  const terms = { wall: { name: "power at work", value: wall, source: "estimate" }, idle };
  const at = (share: Fraction) =>
    propagated(terms, (each) => each.wall * (each.idle + share * (1 - each.idle))).answer;
  const hours = load.map(at);
  const whole = (count: number): Joules => count * 3600;
  const total = load.reduce((all, share) => all + share, 0);
  const energy = scale(sum(hours), whole(1));
  return { hours, energy, each: scale(energy, 1 / (whole(1) * total * rate)) };
}
