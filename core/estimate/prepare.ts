/**
 * A model on a placement, made ready: memory checked, formats checked, laws resolved, steps priced.
 *
 * All of it holds for every load, so whoever asks about many loads prepares once.
 *
 * Source: notes/001-way-of-the-data.md
 */
import type { Model, Transformer } from "../model/index.ts";
import { expand } from "../operators/index.ts";
import { type Coefficients, SHIPPED } from "./coefficients.ts";
import { partFactors, type PartFactors, partNotes } from "./correction.ts";
import { engineOn } from "./engine.ts";
import { infeasible } from "./infeasible.ts";
import { hostCost, type HostCost } from "./host-cost.ts";
import { type Laws, substitutions, target, type Target } from "./laws/index.ts";
import type { Traits } from "./log-linear.ts";
import { room, type Room } from "./memory.ts";
import { speculationNotes } from "./speculation.ts";
import { stepCost, type StepCost } from "./step-cost.ts";
import { surroundings } from "./surroundings.ts";
import { placementTraits } from "./traits.ts";
import type { Infeasible, Placement, System } from "./types.ts";

export interface Setting {
  readonly model: Model;
  readonly system: System;
  readonly placement: Placement;
}

export interface Prepared {
  readonly model: Transformer;
  readonly system: System;
  /** With the engine's defaults on this device. */
  readonly placement: Placement;
  readonly room: Room;
  readonly laws: Laws;
  readonly coefficients: Coefficients;
  /** Of the placement, whatever its load. */
  readonly traits: Traits;
  /** Of the step cost's parts, over physics. */
  readonly factors: PartFactors;
  readonly target: Target;
  readonly host: HostCost;
  /** That one step launches. */
  readonly kernels: number;
  readonly cost: StepCost;
  readonly assumptions: readonly string[];
  /** The devices that compute prompts, where they are apart. */
  readonly prefill: Prepared | null;
}

/** Errors: "infeasible" for a split, a format, a figure or memory that the placement lacks. */
export function prepare(
  setting: Setting,
  coefficients: Coefficients = SHIPPED,
): Prepared | Infeasible {
  const { prefill: pool, ...decoding } = setting.placement;
  const prepared = preparePool({ ...setting, placement: decoding }, coefficients);
  if ("reason" in prepared || pool === undefined) return prepared;
  const prefill = preparePool({ ...setting, placement: { ...decoding, ...pool } }, coefficients);
  return "reason" in prefill ? prefill : { ...prepared, prefill };
}

function preparePool(setting: Setting, coefficients: Coefficients): Prepared | Infeasible {
  const { model, system } = setting;
  if (model.kind === "network") {
    const message = `"${model.name}" produces no tokens; ask for a batch estimate`;
    return infeasible("split", message);
  }
  const engine = engineOn(setting.placement.engine, system.device);
  const placement = { ...setting.placement, engine };
  const left = room({ model, system, placement });
  if ("kind" in left) return left;
  const { device } = system;
  const { laws, corrections } = coefficients;
  const ready = target(surroundings(system, engine), laws);
  if ("kind" in ready) return ready;
  const { parallel, numerics } = placement;
  const host = hostCost(engine.id);
  const traits = placementTraits({ model, system, placement });
  const factors = partFactors(corrections, traits);
  const { speculation } = engine;
  const cost = stepCost({ model, placement, target: ready, host, factors });
  const launched = expand({ model, step: ONE_TOKEN, parallel, numerics });
  const replaced = substitutions(launched, ready);
  if ("kind" in replaced) return replaced;
  const assumptions = [
    ...device.assumptions,
    ...replaced,
    ...(model.assumptions ?? []),
    ...speculationNotes(speculation),
    ...partNotes(factors),
  ];
  const fitted = { laws, coefficients, traits, factors };
  return {
    model,
    system,
    placement,
    room: left,
    ...fitted,
    target: ready,
    host,
    kernels: parallel.pipeline * launched.reduce((sum, { count }) => sum + count, 0),
    cost,
    assumptions,
    prefill: null,
  };
}

const ONE_TOKEN = { segments: [{ sequences: 1, query: 1, prefix: 0 }] };
