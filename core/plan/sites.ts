/**
 * Where a plan may run: each device of the catalogue in the hosts that can be had.
 *
 * Of offers that differ only in price the cheapest stands for all, so a site has one host a size.
 */
import {
  type Catalogue,
  type Device,
  devices,
  type Offer,
  offersFor,
  systemFor,
} from "../catalogue/index.ts";
import { type Engine, enginesOn, type System } from "../estimate/index.ts";
import type { Site } from "./types.ts";

/** What the user narrows the catalogue to; absent is everything that is sold. */
export interface SiteChoice {
  readonly devices?: readonly string[];
  readonly vendors?: readonly string[];
  readonly providers?: readonly string[];
  readonly regions?: readonly string[];
  readonly kinds?: readonly Offer["kind"][];
  /** Devices no longer or not yet sold: listed only when asked for. */
  readonly announced?: boolean;
  /** A place of the catalogue for every site, whatever the offer's region. */
  readonly grid?: string;
}

const KINDS_USUAL: readonly Offer["kind"][] = ["on-demand", "purchase"];

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

/** Hosts of one device, the largest first; one without a price where none is offered. */
function hostsOf(catalogue: Catalogue, device: Device, choice: SiteChoice): readonly System[] {
  const place = choice.grid === undefined ? {} : { gridId: choice.grid };
  const offered = offersFor(catalogue, device.id).filter((offer) => isOffered(offer, choice));
  const isNarrowed = choice.providers !== undefined || choice.regions !== undefined;
  if (offered.length === 0) return isNarrowed ? [] : [systemFor(catalogue, device, place)];
  const cheapest = new Map<string, Offer>();
  for (const offer of offered) {
    const size = `${offer.count} ${offer.slice === true} ${offer.kind === "purchase"}`;
    if (!cheapest.has(size)) cheapest.set(size, offer);
  }
  return [...cheapest.values()]
    .map((offer) => systemFor(catalogue, device, { offer, ...place }))
    .toSorted((a, b) => b.perHost - a.perHost);
}

function isOffered(offer: Offer, { kinds, providers, regions }: SiteChoice): boolean {
  if (!(kinds ?? KINDS_USUAL).includes(offer.kind)) return false;
  if (providers !== undefined && !providers.includes(offer.provider)) return false;
  return regions === undefined || (offer.region !== undefined && regions.includes(offer.region));
}
