/**
 * What a serving engine's own code adds: scheduling, sampling, tokenising, launching.
 *
 * Devices replay decode steps from graphs while the host prepares the next one; what it cannot hide
 * is a constant a step, a little for each sequence (sampling, copies, block tables), and, where each
 * kernel is launched by the host, something a layer. A request costs its tokenising and HTTP once.
 *
 * Source: coefficients/engines.json; form after inference-sim (BLIS) `defaults.yaml`, which fits
 * the same four numbers
 */
import table from "../../coefficients/engines.json" with { type: "json" };
import type { Seconds } from "../units.ts";

export interface HostCost {
  /** Once, before a request is queued. */
  readonly request: Seconds;
  readonly step: Seconds;
  /** Each layer of a step whose kernels the host launches one by one. */
  readonly layer: Seconds;
  /** Each sequence of a step. */
  readonly sequence: Seconds;
}

/** Coefficients of an engine, or of the mean engine where nothing was fitted for it. */
export function hostCost(engine: string): HostCost {
  const fitted: Readonly<Record<string, HostCost>> = table.engines;
  return fitted[engine] ?? table.prior;
}

export function hostTime(
  cost: HostCost,
  step: { readonly sequences: number; readonly layers: number; readonly graphs: boolean },
): Seconds {
  const launches = step.graphs ? 0 : cost.layer * step.layers;
  return cost.step + launches + cost.sequence * step.sequences;
}
