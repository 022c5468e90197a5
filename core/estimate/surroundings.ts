/** What of a system the operator laws ask for. */
import type { System } from "../catalogue/index.ts";
import type { Surroundings } from "./laws/index.ts";

/** `system` as its devices see it, kernels replayed from `graphs` or launched one by one. */
export function surroundings(system: System, graphs: boolean): Surroundings {
  const { device, perHost, network, peerBandwidth } = system;
  const measured = peerBandwidth === undefined ? {} : { peerBandwidth };
  return { device, perHost, network, graphs, ...measured };
}
