/** Runs of rows' load generators, each placement made ready and each run simulated once. */
import {
  type Coefficients,
  hostCost,
  type Infeasible,
  prepare,
  type Query,
} from "../core/estimate/index.ts";
import type { Seconds } from "../core/units.ts";
import {
  fleetOf,
  simulate,
  type Fleet,
  type FrontEndCost,
  type Metrics,
  type Router,
  type Traffic,
} from "../core/simulate/index.ts";

/** What a request costs between the user who sends it and the engine, in place of the engine's usual. */
export interface Client {
  /** In place of what the engine's own host takes; that where absent. */
  readonly request?: Seconds;
  readonly promptToken?: Seconds;
  /** What it does one thing after another. */
  readonly inTurn: FrontEndCost;
}

export type Simulated = (
  query: Query,
  traffic: Traffic,
  client?: Client | null,
) => Metrics | Infeasible;

/** The same draws for every row, so that rows differ by what they ask. */
const SEED = 1;

export function simulations(coefficients: Coefficients): Simulated {
  const fleets = new Map<string, Fleet | Infeasible>();
  const runs = new Map<string, Metrics | Infeasible>();
  return (query, traffic, client = null) => {
    const placed = placementKey(query);
    const ready = remembered(fleets, placed, () => fleet(query, coefficients));
    if ("kind" in ready) return ready;
    const served = client === null ? ready : reachedBy(ready, client, query);
    return remembered(runs, placed + JSON.stringify([traffic, client]), () =>
      simulate({ ...served, router: routerOf(query), traffic, seed: SEED }),
    );
  };
}

/** Dynamo stands in front of pools apart and takes turns. Source: NVIDIA Dynamo 0.8.1 docs, router guide (--router-mode, default round-robin) */
function routerOf({ placement }: Query): Router {
  return placement.prefill === undefined ? "least-loaded" : "round-robin";
}

function fleet(query: Query, coefficients: Coefficients): Fleet | Infeasible {
  const prepared = prepare(query, coefficients);
  return "reason" in prepared ? prepared : fleetOf(prepared);
}

function reachedBy(fleet: Fleet, client: Client, { placement }: Query): Fleet {
  const own = hostCost(placement.engine.id);
  const { request = own.request, promptToken = own.promptToken ?? 0, inTurn } = client;
  const overhead = fleet.overhead - own.request + request;
  return { ...fleet, overhead, promptToken, frontEnd: { cost: inTurn, count: 1 } };
}

function placementKey({ model, system, placement }: Query): string {
  return JSON.stringify([model.name, system.device.id, placement]);
}

function remembered<T>(known: Map<string, T>, key: string, compute: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = compute();
  known.set(key, value);
  return value;
}
