/** What a candidate costs at least, known before it is sized. */
import type { Offer } from "../catalogue/index.ts";
import { placementDevices } from "../estimate/index.ts";
import type { Dollars } from "../units.ts";
import type { Candidate } from "./sizing.ts";

/** An hour of the hosts that one replica fills, in the cheapest host; 0 where it is bought or unpriced. */
export function costLeast({ hosts, placement }: Candidate): Dollars {
  const devices = placementDevices(placement);
  return hosts.reduce((least, { offer }) => Math.min(least, hourly(offer, devices)), Infinity);
}

function hourly(offer: Offer | undefined, devices: number): Dollars {
  if (offer?.dollarsPerHour === undefined) return 0;
  return Math.ceil(devices / offer.count) * offer.dollarsPerHour;
}
