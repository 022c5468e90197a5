/** One device in its host, with the coefficients of every law resolved for it. */
import type { Device } from "../../catalogue/index.ts";
import type { Basis } from "../../interval.ts";
import { PRECISIONS, type Precision } from "../../precision.ts";
import type { Bytes, BytesPerSecond } from "../../units.ts";
import type { Infeasible } from "../types.ts";
import {
  LAW_NAMES,
  type LawName,
  type Laws,
  type Reach,
  type Shape,
  type Spread,
} from "./coefficients.ts";
import { computeFormat, type Format } from "./format.ts";
import { tune } from "./transfer.ts";

/** What joins the devices of a system, and how kernels are launched. */
export interface Surroundings {
  readonly device: Device;
  /** Devices in one host or scale-up domain. */
  readonly perHost: number;
  /** Scale-out network, one direction, a device. */
  readonly network: BytesPerSecond;
  /** Device graphs replayed in decoding (true), or each kernel launched by the host. */
  readonly graphs: boolean;
}

/** A law made ready for one device. */
export interface Tuned extends Reach {
  readonly shape: Shape;
  readonly spread: Spread;
  readonly basis: Basis;
}

export interface Target extends Surroundings {
  readonly bandwidth: BytesPerSecond;
  /** Compute units that tiles are dealt to; 1 where the source gives none, which turns waves off. */
  readonly units: number;
  readonly cache: Bytes;
  readonly formats: Readonly<Record<Precision, Format | null>>;
  readonly laws: Readonly<Record<LawName, Tuned>>;
  /** Between devices of one host, one direction, a device; null where the source gives none. */
  readonly scaleUp: { readonly bandwidth: BytesPerSecond; readonly linked: boolean } | null;
}

/**
 * `surroundings` with every law resolved: coefficients of this device where it was fitted, of
 * devices like it otherwise.
 *
 * Errors: "infeasible" for want of figures when the device lists no memory bandwidth or no rate.
 */
export function target(surroundings: Surroundings, laws: Laws): Target | Infeasible {
  const { device } = surroundings;
  const bandwidth = device.memory?.bandwidth;
  if (bandwidth === undefined) return wanting(device, "memory bandwidth");
  const formats = Object.fromEntries(
    PRECISIONS.map((precision) => [precision, computeFormat(device, precision)]),
  ) as Record<Precision, Format | null>;
  if (formats.bf16 === null && formats.int8 === null) return wanting(device, "peak rate");
  return {
    ...surroundings,
    bandwidth,
    units: device.units ?? 1,
    cache: device.cache ?? 0,
    formats,
    laws: Object.fromEntries(
      LAW_NAMES.map((name) => [name, tune(laws.laws[name], laws.anchors, device)]),
    ) as Record<LawName, Tuned>,
    scaleUp: scaleUp(device),
  };
}

function wanting(device: Device, figure: string): Infeasible {
  return {
    kind: "infeasible",
    reason: "figures",
    message: `"${device.name}" has no ${figure} in the catalogue`,
  };
}

function scaleUp({ link, host }: Device): Target["scaleUp"] {
  if (link !== undefined) return { bandwidth: link.bandwidth, linked: true };
  return host === undefined ? null : { bandwidth: host.bandwidth, linked: false };
}
