/** The stage: a step cost under traffic, as metrics. Same seed, same bytes. */
import { assert } from "../assert.ts";
import type { StepCost } from "../estimate/index.ts";
import type { Seconds } from "../units.ts";
import { gather } from "./metrics.ts";
import { run } from "./run.ts";
import type { Metrics, Policy, Traffic } from "./types.ts";

/** What {@link simulate} is asked. */
export interface Simulation {
  readonly cost: StepCost;
  readonly policy: Policy;
  /** Schedulers side by side, each with its own cache: replicas × data-parallel ranks × pipeline stages. */
  readonly lanes: number;
  readonly traffic: Traffic;
  readonly seed: number;
  /** What a request costs before it is queued: tokenising, HTTP. */
  readonly overhead: Seconds;
}

/** Serves the traffic to its end. Errors: asserts at least one lane and one measured request. */
export function simulate(simulation: Simulation): Metrics {
  const { cost, policy, lanes, traffic, seed } = simulation;
  assert(lanes >= 1, `a simulation needs a lane, got ${lanes}`);
  assert(
    traffic.requests > traffic.warmup,
    `${traffic.requests} requests leave none after ${traffic.warmup} of warm-up`,
  );
  const gathering = gather(traffic, simulation);
  const preemptions = run({ cost, policy, lanes, traffic, seed }, gathering.observer);
  return gathering.metrics(preemptions);
}
