/**
 * What a serving engine's own code adds: scheduling, sampling, tokenising, launching.
 *
 * Devices replay decode steps from graphs while the host prepares the next one; what it cannot hide
 * is a constant a step and a little for each sequence (sampling, copies, block tables). Launching
 * kernels one by one is the laws' matter. A request costs its tokenising and HTTP once.
 *
 * Source: coefficients/engines.json; form after inference-sim (BLIS) `defaults.yaml`, which fits these numbers too
 */
import table from "../../coefficients/engines.json" with { type: "json" };
import type { Parallel } from "../operators/index.ts";
import type { Seconds, Tokens } from "../units.ts";

export interface HostCost {
  /** Once, before a request is queued. */
  readonly request: Seconds;
  /** Once, for each token of the prompt: tokenising, copying; 0 where absent. */
  readonly promptToken?: Seconds;
  /** Once, for each kernel of a step: prompts are launched kernel by kernel; 0 where absent. */
  readonly kernel?: Seconds;
  readonly step: Seconds;
  /** Each sequence of a step. */
  readonly sequence: Seconds;
  /** Each step, for each device but the first that it is split over, told one after another; 0 where absent. */
  readonly rank?: Seconds;
}

/** Coefficients of an engine, or of the mean engine where nothing was fitted for it. */
export function hostCost(engine: string): HostCost {
  const fitted: Readonly<Record<string, HostCost>> = table.engines;
  return fitted[engine] ?? table.prior;
}

/** Of a request, whatever else there is: between its user and the engine. */
export function requestTime(cost: HostCost, kernels: number, input: Tokens): Seconds {
  return cost.request + (cost.kernel ?? 0) * kernels + (cost.promptToken ?? 0) * input;
}

/**
 * Of one step of `sequences` sequences. Each stage of a pipeline has a host, which goes through the requests of all
 * lanes and is done before its devices begin; a driver that tells devices one by one does so while other lanes run.
 */
export function hostTime(cost: HostCost, sequences: number, split: Parallel): Seconds {
  const { pipeline, tensor } = split;
  if (cost.rank === undefined) return pipeline * (cost.step + cost.sequence * pipeline * sequences);
  return cost.step + cost.sequence * sequences + cost.rank * (tensor - 1);
}
