/** What of a system the operator laws ask for. */
import type { System } from "../catalogue/index.ts";
import type { Surroundings } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/** `system` as its devices see it, kernels replayed from graphs or launched one by one. */
export function surroundings(
  { device, perHost, network, fabric, peerBandwidth }: System,
  { graphs, vectorAttention, ringed }: Pick<Engine, "graphs" | "vectorAttention" | "ringed">,
): Surroundings {
  const peers = peerBandwidth === undefined ? {} : { peerBandwidth };
  const tiers = fabric === undefined ? {} : { fabric };
  const vectors = vectorAttention === undefined ? {} : { vectorAttention };
  const rings = ringed?.includes(device.vendor) === true ? { ringed: true } : {};
  return { device, perHost, network, graphs, ...tiers, ...peers, ...vectors, ...rings };
}
