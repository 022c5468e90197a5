/**
 * Devices that nothing can be trained on, whatever they multiply: their makers offer no way to.
 *
 * Source: catalogue/accelerators, `inferenceOnly`
 */
import type { Device } from "../catalogue/index.ts";
import { infeasible } from "./infeasible.ts";
import type { Infeasible } from "./types.ts";

/** Why `device` trains nothing; null of one that does. */
export function inferenceProblem({
  name,
  inferenceOnly,
}: Pick<Device, "name" | "inferenceOnly">): Infeasible | null {
  if (inferenceOnly === undefined) return null;
  const message = `"${name}" is made for inference alone (${inferenceOnly})`;
  return infeasible("purpose", message);
}
