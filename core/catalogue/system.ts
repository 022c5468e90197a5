/** Devices with what hosts and joins them. */
import type { BytesPerSecond, Fraction, Watts } from "../units.ts";
import { figureNumber } from "./_number.ts";
import type { Device, Grid, Offer } from "./device.ts";
import type { Catalogue, SystemFile } from "./files.ts";
import { findGrid, GRID_DEFAULT } from "./grids.ts";

/** Tiers of a scale-out network that do not carry all that hosts send, or carry it unevenly; what is absent does neither. */
export interface Fabric {
  /** Devices among which no tier is oversubscribed; absent is those of 32 hosts. */
  readonly pod?: number;
  /** What pods send over what the tier above them carries. */
  readonly oversubscription?: number;
  /** Hosts whose like devices share one leaf switch. */
  readonly leaf?: number;
  /** Rate of a leaf's uplinks over that of its hosts' links. */
  readonly uplinks?: number;
  /** Flows of a device's exchange that switches hash onto uplinks one by one; absent where packets take any path. */
  readonly flows?: number;
}

/** Devices of one kind, how they are joined, and what hosts them. */
export interface System {
  readonly device: Device;
  /** Devices in one host or scale-up domain, joined by `device.link` or the host link. */
  readonly perHost: number;
  /** Scale-out network, one direction, a device. */
  readonly network: BytesPerSecond;
  readonly fabric?: Fabric;
  /**
   * Rate at which devices without links of their own reach each other when all of a host send at once,
   * one direction, a device: what an all-gather reaches there. Absent where nobody measured it.
   */
  readonly peerBandwidth?: BytesPerSecond;
  /** CPUs, memory, fans, NICs of one host, a device, at work. */
  readonly hostPower: Watts;
  /** Of a chassis, however many devices it has: processors that wait, memory, disks; 0 where `hostPower` has it. */
  readonly hostBase: Watts;
  /** How it is paid for; absent when no price is known. */
  readonly offer?: Offer;
  /** Where it stands. */
  readonly grid?: Grid;
}

/**
 * What hosts draw at work, of the nameplate power that their devices leave over.
 *
 * The best-documented pair: a server of eight 1,000 W GPUs rated 14,300 W was measured at 10,401 W under Llama-2-70B, (10,401 − 8,000) /
 * (14,300 − 8,000) = 0.38. Fans and power supplies are sized for the hottest day and the weakest supply, which is why the share is small.
 * Source: catalogue/power/mlperf.json, Lenovo SR680a V3, MLPerf Inference v5.1; catalogue/systems/dgx-b200.json
 */
export const HOST_SHARE: Fraction = 0.38;

/**
 * Fans and losses of supplies over device power, where no system of the device has a nameplate: fans take 10 to 15 % of
 * a server, supplies of 80 PLUS Titanium lose 4 to 6 %. {@link HOST_BASE} is beside it.
 * Source: Neudorfer, eWeek 2009-03-05, "Server Fans: How to Optimize the Power Used"; 80 PLUS, Titanium at half load
 */
const HOST_PER_DEVICE: Fraction = 0.2;

/**
 * A server whose processors wait: 20 % of what one of two sockets draws at full load, some 500 W.
 * Source: Tröpgen et al. 2024, "16 Years of SPEC Power" (idle over full load of systems since 2018)
 */
const HOST_BASE: Watts = 100;

/**
 * A small board that waits, with its memory and ports.
 *
 * Source: raspberrypi/documentation, power-supplies.adoc (Raspberry Pi 4B: 0.6 A idle, 1.2 A under stress, at 5.1 V)
 */
const BOARD_BASE: Watts = 3.06;

/**
 * Network of a device over its PCIe, where links join all of its host: such servers have a card beside each.
 *
 * Source: datasheets of DGX A100 (200 Gb/s each, PCIe 4.0) and DGX H100 (400 Gb/s each, PCIe 5.0)
 */
const NETWORK_SHARE: Fraction = 0.793;

/** Network of a host that no source describes: one port of 100 Gb/s Ethernet, 12.5 GB/s; a link domain of more devices than one host has is several. */
const NETWORK_USUAL: BytesPerSecond = 12.5e9;

/** Devices in a server of which nothing is said: eight share one chassis at most. */
const PER_HOST_MAX = 8;

/** Watts of all hosts of `devices` at work; cards in pairs share a chassis with other pairs. */
export function hostsPower(
  { hostPower, hostBase, perHost }: Pick<System, "hostPower" | "hostBase" | "perHost">,
  devices: number,
): Watts {
  return devices * hostPower + Math.ceil(devices / Math.max(perHost, PER_HOST_MAX)) * hostBase;
}

/**
 * The system that `device` stands in: as `offer` sells it, else as its vendor's server holds it.
 *
 * The place is `gridId`, else where the offer's region is, else {@link GRID_DEFAULT}.
 */
export function systemFor(
  catalogue: Catalogue,
  device: Device,
  choice: { readonly offer?: Offer; readonly gridId?: string } = {},
): System {
  const { offer } = choice;
  const chassis = catalogue.systems.find((system) => system.device === device.id);
  const perHost = devicesPerHost(device, offer, chassis);
  const grid = placeOf(catalogue, offer, choice.gridId);
  return {
    device,
    perHost,
    network:
      networkPerDevice(device, offer, chassis) ?? NETWORK_USUAL / Math.min(perHost, PER_HOST_MAX),
    ...hostDraw(device, chassis, offer),
    ...(offer === undefined ? fabricOf(chassis) : { offer }),
    ...(grid === undefined ? {} : { grid }),
  };
}

/** `system` with what is asked of its network, over what its file says. */
export function withFabric(system: System, asked: Fabric = {}): System {
  if (Object.keys(asked).length === 0) return system;
  return { ...system, fabric: { ...system.fabric, ...asked } };
}

/** The system files of one device. */
export function systemsOf(catalogue: Catalogue, deviceId: string): readonly SystemFile[] {
  return catalogue.systems.filter((system) => system.device === deviceId);
}

/** Slices of a pod join up to the whole link domain; an instance is what it is. */
function devicesPerHost(
  device: Device,
  offer: Offer | undefined,
  chassis: SystemFile | undefined,
): number {
  const domain = device.link?.domain;
  if (offer !== undefined && offer.slice !== true) return offer.count;
  if (offer !== undefined) return domain ?? offer.count;
  return chassis?.count ?? device.sockets?.most ?? Math.max(domain ?? 1, PER_HOST_MAX);
}

function networkPerDevice(
  { link, host }: Device,
  offer: Offer | undefined,
  chassis: SystemFile | undefined,
): BytesPerSecond | undefined {
  if (offer?.network !== undefined) return offer.network / offer.count;
  const total = chassis === undefined ? undefined : figureNumber(chassis.figures, "network/total");
  if (chassis !== undefined && total !== undefined) return total / chassis.count;
  const isModule = link !== undefined && link.domain >= PER_HOST_MAX && host !== undefined;
  return isModule ? NETWORK_SHARE * host.bandwidth : undefined;
}

/** A rented host stands in its provider's network, not in that of who built the chassis. */
function fabricOf(chassis: SystemFile | undefined): { readonly fabric?: Fabric } {
  if (chassis === undefined) return {};
  const known = (["pod", "oversubscription", "leaf", "uplinks"] as const).flatMap((key) => {
    const value = figureNumber(chassis.figures, `network/${key}`);
    return value === undefined ? [] : [[key, value]];
  });
  return known.length === 0 ? {} : { fabric: Object.fromEntries(known) as Fabric };
}

/**
 * Host power at work: {@link HOST_SHARE} of what the chassis is rated above its devices, else
 * {@link HOST_PER_DEVICE} of the device's limit and {@link HOST_BASE} of the chassis, which tenants share. A module that
 * neither sits in a slot nor has links carries its own processor, and loses in conversion no more than what it is limited
 * to asks for. A processor without a rating sits on a board of {@link BOARD_BASE} at least; nothing for other devices whose own
 * power no source gives.
 */
function hostDraw(
  { kind, power, host, link }: Device,
  chassis: SystemFile | undefined,
  offer: Offer | undefined,
): Pick<System, "hostPower" | "hostBase"> {
  const limit = power?.max;
  if (power === undefined || limit === undefined)
    return { hostPower: 0, hostBase: kind === "cpu" ? BOARD_BASE : 0 };
  const rated = chassis === undefined ? undefined : figureNumber(chassis.figures, "power/max");
  if (chassis !== undefined && rated !== undefined) {
    return { hostPower: Math.max(0, HOST_SHARE * (rated / chassis.count - limit)), hostBase: 0 };
  }
  const hostPower = HOST_PER_DEVICE * limit;
  if (host === undefined && link === undefined) {
    return { hostPower: HOST_PER_DEVICE * (power.limit ?? limit), hostBase: 0 };
  }
  const isOwn = offer === undefined || offer.kind === "purchase";
  if (isOwn) return { hostPower, hostBase: HOST_BASE };
  return { hostPower: hostPower + HOST_BASE / PER_HOST_MAX, hostBase: 0 };
}

function placeOf(
  catalogue: Catalogue,
  offer: Offer | undefined,
  gridId: string | undefined,
): Grid | undefined {
  const region = offer?.region === undefined ? [] : [`${offer.provider}/${offer.region}`];
  const ids = gridId === undefined ? [...region, GRID_DEFAULT] : [gridId];
  for (const id of ids) {
    const grid = findGrid(catalogue, id);
    if (grid.ok) return grid.value;
  }
  return undefined;
}
