/** What of a system the operator laws ask for. */
import type { System } from "../catalogue/index.ts";
import { present } from "../present.ts";
import type { Surroundings } from "./laws/index.ts";
import type { Engine } from "./types.ts";

/**
 * Latency of a ring in the library of engines without kernels of their own, over NCCL's.
 *
 * Source: ROCm/rccl pull 929 (25 to 31 us for 8 to 1,024 bytes on MI250X), deepseek-ai/DeepEP issue 303 (12.5 to 16.4 us
 * of NCCL on eight H20)
 */
const RING_ELSEWHERE = 2;

/** `system` as its devices see it, kernels replayed from graphs or launched one by one. */
export function surroundings(
  { device, perHost, network, fabric, peerBandwidth }: System,
  {
    graphs,
    vectorAttention,
    fusedFrom,
    ringed,
  }: Pick<Engine, "graphs" | "vectorAttention" | "fusedFrom" | "ringed">,
): Surroundings {
  const isRinged = ringed?.includes(device.vendor) === true;
  const rings = isRinged ? RING_ELSEWHERE : undefined;
  const known = present({ fabric, peerBandwidth, vectorAttention, fusedFrom, ringed: rings });
  return { device, perHost, network, graphs, ...known };
}
