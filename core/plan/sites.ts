/**
 * Where a plan may run: each device of the catalogue in the hosts that can be had.
 *
 * Of offers that differ only in price the cheapest stands for all, so a site has one host a size.
 */
import {
  type Catalogue,
  type Device,
  devices,
  type Fabric,
  type Offer,
  offersFor,
  systemFor,
  withFabric,
} from "../catalogue/index.ts";
import { type Engine, enginesOn, type System } from "../estimate/index.ts";
import type { Site } from "./types.ts";

export const TENURES = ["rent", "spot", "reserved", "own"] as const;
export type Tenure = (typeof TENURES)[number];

const OFFER_KIND: Readonly<Record<Tenure, Offer["kind"]>> = {
  rent: "on-demand",
  spot: "spot",
  reserved: "reserved",
  own: "purchase",
};

/** What the user narrows the catalogue to; absent is everything that is sold. */
export interface SiteChoice {
  readonly devices?: readonly string[];
  readonly vendors?: readonly string[];
  readonly providers?: readonly string[];
  readonly regions?: readonly string[];
  /** Rented by the hour (the default), or bought and written off. */
  readonly tenure?: Tenure;
  /** Devices no longer or not yet sold: listed only when asked for. */
  readonly announced?: boolean;
  /** In no host larger than this, by device: what somebody has is rarely a whole server. */
  readonly perHostMax?: Readonly<Record<string, number>>;
  /** A place of the catalogue for every site, whatever the offer's region. */
  readonly grid?: string;
  /** What is known of the network between hosts, whatever a system's file says of it. */
  readonly fabric?: Fabric;
}

/** Sites of every device that matches, with the engines that run there; devices without any engine are left out. */
export function sitesOf(
  catalogue: Catalogue,
  engines: readonly Engine[],
  choice: SiteChoice = {},
): readonly Site[] {
  return devices(catalogue)
    .filter((device) => isChosen(device, choice))
    .map((device) => ({
      engines: enginesOn(engines, device),
      hosts: hostsOf(catalogue, device, choice),
    }))
    .filter(({ engines: usable, hosts }) => usable.length > 0 && hosts.length > 0);
}

function isChosen(device: Device, choice: SiteChoice): boolean {
  if (choice.devices !== undefined) return choice.devices.includes(device.id);
  if (device.status !== "shipping" && choice.announced !== true) return false;
  return choice.vendors?.includes(device.vendor) ?? true;
}

/**
 * Hosts of one device, the largest first; one without a price where none is offered. A list price
 * counts only for who buys, since it would rank a bare card against rented, powered, housed ones.
 */
function hostsOf(catalogue: Catalogue, device: Device, choice: SiteChoice): readonly System[] {
  const place = choice.grid === undefined ? {} : { gridId: choice.grid };
  const offered = offersFor(catalogue, device.id).filter((offer) => isOffered(offer, choice));
  const isNarrowed = choice.providers !== undefined || choice.regions !== undefined;
  if (offered.length === 0) {
    const shown = choice.tenure === "own" ? device : withoutPrice(device);
    return isNarrowed ? [] : [asChosen(systemFor(catalogue, shown, place), choice)];
  }
  const cheapest = new Map<string, Offer>();
  for (const offer of offered) {
    const size = `${offer.count} ${offer.slice === true}`;
    if (!cheapest.has(size)) cheapest.set(size, offer);
  }
  return [...cheapest.values()]
    .map((offer) => asChosen(systemFor(catalogue, device, { offer, ...place }), choice))
    .toSorted((a, b) => b.perHost - a.perHost);
}

function asChosen(system: System, { perHostMax, fabric }: SiteChoice): System {
  const most = perHostMax?.[system.device.id] ?? Infinity;
  const held = most < system.perHost ? { ...system, perHost: most } : system;
  return withFabric(held, fabric);
}

function withoutPrice({ price: _, ...device }: Device): Device {
  return device;
}

function isOffered(offer: Offer, { tenure, providers, regions }: SiteChoice): boolean {
  if (offer.kind !== OFFER_KIND[tenure ?? "rent"]) return false;
  if (providers !== undefined && !providers.includes(offer.provider)) return false;
  return regions === undefined || (offer.region !== undefined && regions.includes(offer.region));
}
