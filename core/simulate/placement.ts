/** From a placement that is ready to what the simulation runs: its lanes, their policy and their cache. */
import { type Engine, gridded, type Infeasible, memory, type Prepared } from "../estimate/index.ts";
import type { Tokens } from "../units.ts";
import { simulate } from "./simulate.ts";
import type { Metrics, Policy, Traffic } from "./types.ts";

/**
 * The placement under traffic, or why it cannot hold a single request. Data-parallel ranks, pipeline
 * stages and replicas each schedule for themselves, with their share of the cache.
 */
export function simulatePlacement(
  prepared: Prepared,
  traffic: Traffic,
  seed: number,
): Metrics | Infeasible {
  const { model, system, placement, host, cost } = prepared;
  const { engine, parallel, replicas } = placement;
  const held = memory({ model, system, placement });
  if ("kind" in held) return held;
  const lanes = parallel.data * parallel.pipeline;
  return simulate({
    cost: gridded(cost),
    policy: policyOf(engine, held.tokensMax / lanes),
    lanes: lanes * replicas,
    traffic,
    seed,
    overhead: host.request,
  });
}

/**
 * How an engine schedules. Chunking engines take cache block by block and recompute when it runs out;
 * in-flight batching sets the whole answer aside; a static batch admits nobody until it has drained.
 */
export function policyOf(engine: Engine, cacheTokens: Tokens): Policy {
  const chunked = engine.scheduler === "chunked";
  return {
    chunked,
    mixed: engine.promptsAlone !== true,
    reserve: chunked ? "prompt" : "whole",
    drained: engine.scheduler === "static",
    stepTokensMax: engine.stepTokensMax,
    sequencesMax: engine.sequencesMax,
    block: engine.block,
    cacheTokens,
  };
}
