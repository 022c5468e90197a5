/** From a placement that is ready to what the simulation runs: its lanes, their policy and their cache. */
import {
  type Coefficients,
  type Engine,
  gridded,
  type Infeasible,
  isReadApart,
  laneCount,
  memory,
  type Prepared,
  requestTime,
  type StepCost,
  transferTime,
} from "../estimate/index.ts";
import { power } from "../power.ts";
import { present } from "../present.ts";
import type { Tokens } from "../units.ts";
import { pacedCost } from "./paced-cost.ts";
import { type Fleet, simulate } from "./simulate.ts";
import type { Metrics, Policy, Traffic } from "./types.ts";
import type { Pool } from "./worker.ts";

/** The placement under traffic, or why it cannot hold a single request. */
export function simulatePlacement(
  prepared: Prepared,
  traffic: Traffic,
  seed: number,
): Metrics | Infeasible {
  const fleet = fleetOf(prepared);
  return "reason" in fleet ? fleet : simulate({ ...fleet, traffic, seed });
}

/**
 * The lanes of a placement. Data-parallel ranks, pipeline stages and replicas each schedule for
 * themselves, with their share of the cache.
 */
export function fleetOf(prepared: Prepared): Fleet | Infeasible {
  const { host, prefill } = prepared;
  const own = poolOf(prepared);
  if ("reason" in own) return own;
  const overhead = requestTime(host, prepared.kernels, 0);
  const fleet: Fleet = { ...own, overhead, promptToken: host.promptToken ?? 0 };
  if (prefill === null) return fleet;
  const pool = poolOf(prefill);
  if ("reason" in pool) return pool;
  const inStep = prefill.placement.parallel.data;
  const transfer = (tokens: Tokens) => transferTime(prepared, prefill, tokens);
  return { ...fleet, prompts: { pool: { ...pool, inStep }, transfer } };
}

function poolOf({ model, system, placement, cost, coefficients }: Prepared): Pool | Infeasible {
  const { engine, parallel, replicas } = placement;
  const held = memory({ model, system, placement });
  if ("kind" in held) return held;
  const lanes = laneCount(parallel);
  return {
    cost: ownCost(gridded(cost), coefficients.steps),
    policy: {
      ...policyOf(engine, held.tokensMax / lanes),
      ...present({ contextMax: isReadApart(model) ? undefined : model.contextMax }),
    },
    lanes: lanes * replicas,
    lanesEach: lanes,
  };
}

/** `cost` as a user's own services take it: prompts by one factor, decodes by another, and what both share by their tokens. */
function ownCost(cost: StepCost, steps: Coefficients["steps"]): StepCost {
  if (steps === undefined) return cost;
  const { first, token } = steps;
  return pacedCost(cost, (decoding) => power(token, decoding) * power(first, 1 - decoding));
}

/**
 * How an engine schedules. Chunking engines take cache block by block and recompute when it runs out; in-flight batching sets the
 * whole answer aside; a static batch computes all its prompts at once and admits nobody until it has drained.
 *
 * Source: vLLM docs, "Optimization and tuning" (chunked prefill, preemption by recomputing); SGLang
 * docs, "Server arguments" (enable_mixed_chunk off: prompts first, alone); TensorRT-LLM docs, "Batch
 * manager" (in-flight batching; GUARANTEED_NO_EVICT reserves the whole answer and is the default)
 */
export function policyOf(engine: Engine, cacheTokens: Tokens): Policy {
  const { speculation } = engine;
  const chunked = engine.scheduler === "chunked";
  const drained = engine.scheduler === "static";
  return {
    chunked,
    mixed: engine.promptsAlone !== true && !drained,
    reserve: engine.reserve ?? (chunked ? "prompt" : "whole"),
    drained,
    stepTokensMax: drained ? Infinity : engine.stepTokensMax,
    sequencesMax: engine.sequencesMax,
    block: engine.block,
    cacheTokens,
    ...present({
      gather: engine.gatherSteps,
      poll: engine.pollSteps,
      speculation: speculation && {
        drafted: speculation.drafted,
        acceptance: speculation.acceptance.likely,
      },
    }),
  };
}
