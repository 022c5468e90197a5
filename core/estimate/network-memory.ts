/**
 * Whether the weights of a network fit a device.
 *
 * Engines reuse the buffers of a pass, so what a batch adds is small beside the weights of any
 * network that is near the limit; activations are left out.
 *
 * Source: NVIDIA TensorRT documentation, "Memory" (one shared scratch buffer for all layers)
 */
import type { Device } from "../catalogue/index.ts";
import { networkParameters, type Network } from "../model/index.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import type { Infeasible } from "./types.ts";

/** What is missing; null where it fits. */
export function networkFits(model: Network, numerics: Numerics, device: Device): Infeasible | null {
  const available = device.memory?.visible ?? device.memory?.capacity;
  if (available === undefined) {
    const message = `the memory of "${device.name}" is not known`;
    return { kind: "infeasible", reason: "figures", message };
  }
  const needed = storedBytes(networkParameters(model), numerics.linear);
  if (needed <= available) return null;
  const message = `the weights of "${model.name}" do not fit`;
  return { kind: "infeasible", reason: "memory", message, needed, available };
}
