/**
 * Whether the weights of a model that keeps no cache fit a device.
 *
 * Engines reuse the buffers of a pass, so what a batch adds is small beside the weights of any model that is near the limit;
 * activations are left out.
 *
 * Source: NVIDIA TensorRT documentation, "Memory" (one shared scratch buffer for all layers)
 */
import type { Device } from "../catalogue/index.ts";
import { networkParameters, type Model } from "../model/index.ts";
import { weightBytes } from "../operators/index.ts";
import { storedBytes } from "../precision.ts";
import { deviceMemory, infeasible } from "./infeasible.ts";
import type { Infeasible, Placement } from "./types.ts";

/** What is missing; null where they fit. */
export function weightsProblem(
  model: Model,
  { parallel, numerics }: Placement,
  device: Device,
): Infeasible | null {
  const available = deviceMemory(device);
  if (typeof available === "object") return available;
  const needed =
    model.kind === "network"
      ? storedBytes(networkParameters(model), numerics.linear)
      : weightBytes({ model, parallel, numerics });
  if (needed <= available) return null;
  const message = `the weights of "${model.name}" do not fit`;
  return infeasible("memory", message, { needed, available });
}
