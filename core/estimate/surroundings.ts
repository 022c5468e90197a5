/** What of a system the operator laws ask for. */
import type { System } from "../catalogue/index.ts";
import type { Surroundings } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/** `system` as its devices see it, kernels replayed from graphs or launched one by one. */
export function surroundings(
  { device, perHost, network, peerBandwidth }: System,
  { graphs, vectorAttention }: Pick<Engine, "graphs" | "vectorAttention">,
): Surroundings {
  const peers = peerBandwidth === undefined ? {} : { peerBandwidth };
  const vectors = vectorAttention === undefined ? {} : { vectorAttention };
  return { device, perHost, network, graphs, ...peers, ...vectors };
}
