/** A plan made ready to be run at many points. */
import { createHash } from "node:crypto";
import {
  catalogue as shipped,
  doubted,
  extendCatalogue,
  scaledFleet,
  simulate,
  type Doubted,
  type Infeasible,
  type Traffic,
} from "../../core/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { accepted } from "../input-error.ts";
import { coefficientsOf } from "../profile-option.ts";
import type { Shell } from "../shell.ts";
import { servedFrom, type Served, type SimulateOptions } from "../simulate-question.ts";
import { trafficFrom } from "../traffic-options.ts";
import { withMeans } from "../workload-options.ts";
import { optionsFrom, type Load } from "./flags.ts";
import type { Plan } from "./study.ts";

/** What a point comes to. */
export type Outcome = ({ readonly kind: "simulation" } & Doubted) | Infeasible;

export interface ReadyPlan {
  /** Equal where, and only where, another program would give the same outcomes, as far as a small run shows. */
  readonly fingerprint: string;
  readonly outcome: (load: Load, seed: number) => Outcome;
}

/** The plan ready to run. Errors: a model, device or option that does not exist. */
export async function readyPlan(
  { options: flags, workload: sent, catalogue: added, profile }: Plan,
  shell: Shell,
): Promise<ReadyPlan> {
  const { model, options } = optionsFrom(flags);
  const catalogue =
    added === undefined ? shipped : accepted(extendCatalogue(shipped, added), "catalogue");
  const own = profile === undefined ? {} : { fitted: coefficientsOf(profile, "profile") };
  const served = await servedFrom(model, options, { catalogue, shell, ...own });
  if ("reason" in served)
    return { fingerprint: hash([flags, sent, served]), outcome: () => served };
  const workload = withMeans(sent, options);
  const traffic = (changes: Partial<SimulateOptions>) =>
    trafficFrom({ ...options, ...changes }, workload);
  const { model: read, system, placement } = served.prepared;
  const { requests } = traffic({ rate: 1 });
  const probe = ran(served, traffic({ ...PROBE, requests: Math.min(requests, 16) }), 1);
  return {
    fingerprint: hash([flags, sent, read, system, placement, probe]),
    outcome: (load, seed) => ran(served, traffic(load), seed),
  };
}

/** Some requests of a slow stream: they show the model, the laws and the scheduler at work. */
const PROBE = { rate: 1, warmup: 0 };

/** One run with steps as estimated, and on equal draws at their p10 and p90. */
function ran({ prepared, fleet, limits }: Served, traffic: Traffic, seed: number): Outcome {
  const run = ({ factor }: { readonly factor: number }) =>
    simulate({ ...scaledFleet(fleet, factor), limits, traffic, seed });
  return { kind: "simulation", ...doubted(run, { seed, seeds: 1, prepared }) };
}

/** Of this version of tenlane and `parts`. */
export function hash(parts: readonly unknown[]): string {
  const text = JSON.stringify([manifest.version, ...parts]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
