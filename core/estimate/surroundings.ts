/** What of a system the operator laws ask for. */
import type { System } from "../catalogue/index.ts";
import type { Surroundings } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/** `system` as its devices see it, kernels replayed from graphs or launched one by one. */
export function surroundings(
  system: System,
  { graphs, vectorAttention }: Pick<Engine, "graphs" | "vectorAttention">,
): Surroundings {
  const { device, perHost, network, peerBandwidth } = system;
  return {
    device,
    perHost,
    network,
    graphs,
    ...(peerBandwidth === undefined ? {} : { peerBandwidth }),
    ...(vectorAttention === undefined ? {} : { vectorAttention }),
  };
}
