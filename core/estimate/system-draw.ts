/**
 * Power of a whole system at work, in watts: devices, hosts, switches, and what the data centre adds.
 *
 * PUE adds cooling and losses of conversion. Switches are those of a full fat tree.
 *
 * Source: Uptime Institute, "Global Data Center Survey 2024" (average PUE 1.56)
 */
import { type Device, hostsPower } from "../catalogue/index.ts";
import { type Interval, scale, sum } from "../interval.ts";
import type { Fraction } from "../units.ts";
import type { System } from "./types.ts";

/** Of a place without a PUE of its own. */
export const PUE_USUAL = 1.56;

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

/**
 * Power by component of `devices` devices, of which one draws `devicePower`; switches only where there are several hosts.
 *
 * Widths of intervals were fitted on whole systems, so hosts are taken to be as unsure as devices. A device cannot draw more
 * than its limit: what its interval has above that is moved to the hosts.
 */
export function draw(system: Drawing, devices: number, devicePower: Interval): Draw {
  const { perHost, grid } = system;
  const alike = scale(devicePower, hostsPower(system, devices) / devicePower.p50);
  const each = withinLimit(devicePower, system.device.power);
  const hosts = { ...alike, p90: alike.p90 + devices * (devicePower.p90 - each.p90) };
  const device = scale(each, devices);
  const network = scale(sum([device, hosts]), devices > perHost ? SWITCH_SHARE : 0);
  const it = sum([device, hosts, network]);
  const cooling = scale(it, (grid?.pue ?? PUE_USUAL) - 1);
  return { devices: device, hosts, network, cooling, wall: sum([it, cooling]) };
}

type Drawing = Pick<System, "hostPower" | "hostBase" | "perHost" | "grid"> & {
  readonly device: Pick<Device, "power">;
};

function withinLimit({ p10, p50, p90, basis }: Interval, power: Device["power"] = {}): Interval {
  const limit = Math.max(p50, power.limit ?? power.max ?? Infinity);
  return { p10, p50, p90: Math.min(p90, limit), basis };
}
