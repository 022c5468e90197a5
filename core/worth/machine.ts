/** Devices of one kind as one machine: where it stands and what it draws. */
import {
  type Catalogue,
  findDevice,
  offersFor,
  systemFor,
  type System,
} from "../catalogue/index.ts";
import { likelyRating, type Purchase, purchaseOf, SPREAD_UNRATED } from "../estimate/index.ts";
import { type Interval, lognormal } from "../interval.ts";
import { ok, refuse, type Result } from "../result.ts";
import type { Dollars } from "../units.ts";

export interface Machine {
  readonly catalogue: Catalogue;
  readonly system: System;
  readonly devices: number;
  /** Devices that share a host. */
  readonly joined: number;
  /** Of one device at work. */
  readonly devicePower: Interval;
}

/**
 * Power at work over the limit: serving draws a median 531 W of 700 on H100 and 726 of 1,000 on B200.
 *
 * Source: MLPerf Inference power submissions; the ends a prior
 */
const WORKING_SHARE = { p10: 0.55, p50: 0.75, p90: 0.95 } as const;

/** A machine whose work is not said, of a likely rating where none is known. Errors: an unknown device, or one without rates. */
export function machineOf(
  catalogue: Catalogue,
  {
    device: name,
    devices,
    gridId,
  }: {
    readonly device: string;
    readonly devices: number;
    readonly gridId?: string;
  },
): Result<Machine> {
  const device = findDevice(catalogue, name);
  if (!device.ok) return device;
  const known = device.value.power?.max;
  const limit = known ?? likelyRating(device.value);
  if (limit === null) return refuse([], "a device of known power, or of known rates", name);
  const { p10, p50, p90 } = WORKING_SHARE;
  return ok({
    catalogue,
    system: systemFor(catalogue, device.value, gridId === undefined ? {} : { gridId }),
    devices,
    joined: 1,
    devicePower:
      known === undefined
        ? lognormal(p50 * limit, SPREAD_UNRATED, "analytic")
        : { p10: p10 * limit, p50: p50 * limit, p90: p90 * limit, basis: "transferred" },
  });
}

/** At `each` a device where its owner says so; else what a finished server, or bare devices, are printed at; null of none. */
export function bought({ catalogue, system, devices }: Machine, each?: Dollars): Purchase | null {
  const { offer: _, ...unsold } = system;
  const given = { isBare: false, perServer: system.perHost, source: "given" };
  if (each !== undefined) return { ...given, dollars: each * devices };
  const server = offersFor(catalogue, system.device.id).find(({ kind }) => kind === "purchase");
  return purchaseOf(server === undefined ? unsold : { ...unsold, offer: server }, devices);
}
