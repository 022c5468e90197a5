/** The candidate that comes nearest where none keeps the limits, and what it misses. */
import { placementDevices, placementText, type Refusal, type Relaxed } from "../../core/index.ts";

export type Miss = Refusal["infeasible"];

export interface Nearest {
  /** "8 × NVIDIA H100, TP8, fp8, vllm". */
  readonly where: string;
  /** Limits that would have to give together, or the one thing that keeps it from running. */
  readonly misses: readonly Miss[];
}

export function nearestOf(nearest: Refusal | null, relaxed: Relaxed | null): Nearest | null {
  if (relaxed !== null) return { where: whereText(relaxed.plan), misses: relaxed.breaches };
  if (nearest === null) return null;
  return { where: whereText(nearest), misses: [nearest.infeasible] };
}

function whereText({ system, placement }: Pick<Refusal, "system" | "placement">): string {
  const { numerics, engine } = placement;
  const machine = `${placementDevices(placement)} × ${system.device.name}`;
  return [machine, placementText(placement), numerics.name, engine.id].join(", ");
}
