/** What of a system the operator laws ask for. */
import type { System } from "../catalogue/index.ts";
import { present } from "../present.ts";
import type { Surroundings } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/** `system` as its devices see it, kernels replayed from graphs or launched one by one. */
export function surroundings(
  { device, perHost, network, fabric, peerBandwidth }: System,
  { graphs, vectorAttention, ringed }: Pick<Engine, "graphs" | "vectorAttention" | "ringed">,
): Surroundings {
  const isRinged = ringed?.includes(device.vendor) === true ? true : undefined;
  const known = present({ fabric, peerBandwidth, vectorAttention, ringed: isRinged });
  return { device, perHost, network, graphs, ...known };
}
