/** Runs of rows' load generators, each placement made ready and each run simulated once. */
import { prepare, type Coefficients, type Infeasible, type Query } from "../core/estimate/index.ts";
import {
  fleetOf,
  simulate,
  type Fleet,
  type Metrics,
  type Traffic,
} from "../core/simulate/index.ts";

export type Simulated = (query: Query, traffic: Traffic) => Metrics | Infeasible;

/** The same draws for every row, so that rows differ by what they ask. */
const SEED = 1;

export function simulations(coefficients: Coefficients): Simulated {
  const fleets = new Map<string, Fleet | Infeasible>();
  const runs = new Map<string, Metrics | Infeasible>();
  return (query, traffic) => {
    const placed = placementKey(query);
    const ready = remembered(fleets, placed, () => fleet(query, coefficients));
    if ("kind" in ready) return ready;
    return remembered(runs, placed + JSON.stringify(traffic), () =>
      simulate({ ...ready, traffic, seed: SEED }),
    );
  };
}

function fleet(query: Query, coefficients: Coefficients): Fleet | Infeasible {
  const prepared = prepare(query, coefficients);
  return "reason" in prepared ? prepared : fleetOf(prepared);
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
