/** Options that say how replicas come and go. */
import type { Command } from "commander";
import type { Availability } from "../core/index.ts";
import { countFlag, positiveFlag, quantityFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";

export interface AvailabilityOptions {
  readonly failEvery?: number;
  readonly repair: number;
  readonly autoscale?: number;
  readonly prefillAutoscale?: number;
  readonly replicasMin: number;
  readonly provision: number;
  readonly lookEvery: number;
}

export function addAvailabilityOptions(command: Command): Command {
  return command
    .option(
      "--fail-every <time>",
      "mean time between failures of a replica",
      positiveFlag("--fail-every", "time"),
    )
    .option("--repair <time>", "mean time to repair one", positiveFlag("--repair", "time"), 600)
    .option("--autoscale <n>", "requests a replica that scaling aims at", countFlag("--autoscale"))
    .option(
      "--prefill-autoscale <n>",
      "the same of those that only compute prompts (default: --autoscale)",
      countFlag("--prefill-autoscale"),
    )
    .option(
      "--replicas-min <n>",
      "when scaling; --replicas is the most",
      countFlag("--replicas-min"),
      1,
    )
    .option(
      "--provision <time>",
      "until a new replica serves",
      quantityFlag("--provision", "time"),
      120,
    )
    .option(
      "--look-every <time>",
      "between two decisions of scaling",
      positiveFlag("--look-every", "time"),
      15,
    );
}

/** Null where all replicas are always up. */
export function availabilityFrom(
  options: AvailabilityOptions & { readonly replicas: number; readonly seed: number },
  lanesEach: number,
): Availability | null {
  const { failEvery, repair, autoscale, replicas, seed } = options;
  if (failEvery === undefined && autoscale === undefined) return null;
  const { replicasMin, provision: delay, lookEvery: every } = options;
  if (replicasMin > replicas)
    throw inputError("--replicas-min", `at most ${replicas}`, replicasMin);
  return {
    lanesEach,
    seed,
    ...(failEvery === undefined ? {} : { failures: { between: failEvery, repair } }),
    ...(autoscale === undefined
      ? {}
      : { scaling: { replicasMin, every, target: autoscale, delay } }),
  };
}
